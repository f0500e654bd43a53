package io.discovery.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The least weight for a host. */
@Command(
        name = "drain",
        description = "Gives a host weight 1: load balancers send it next to no new traffic. Its heartbeats do not"
                + " change that. The weight that it had is not kept: note it, for undrain.")
final class DrainCommand implements Runnable {

    private final Context context;

    @Parameters(index = "0", paramLabel = "SERVICE", description = "The name of the service.")
    @SuppressWarnings("NullAway.Init")
    private ServiceName service;

    @Parameters(index = "1", paramLabel = "ADDRESS[:PORT]", description = "The address of the host.")
    @SuppressWarnings("NullAway.Init")
    private HostAddress address;

    DrainCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        Weights.set(context, service, address, Weights.DRAINED);
    }
}
