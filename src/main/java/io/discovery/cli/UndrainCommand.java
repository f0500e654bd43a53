package io.discovery.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The end of a drain. */
@Command(name = "undrain", description = "Gives a drained host the weight that you name.")
final class UndrainCommand implements Runnable {

    private final Context context;

    @Parameters(index = "0", paramLabel = "SERVICE", description = "The name of the service.")
    @SuppressWarnings("NullAway.Init")
    private ServiceName service;

    @Parameters(index = "1", paramLabel = "ADDRESS[:PORT]", description = "The address of the host.")
    @SuppressWarnings("NullAway.Init")
    private HostAddress address;

    @Parameters(index = "2", paramLabel = "WEIGHT", description = "A weight from 1 to 100.")
    private String weight = "";

    UndrainCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        Weights.set(context, service, address, Weights.parse(weight));
    }
}
