package io.discovery.cli;

import io.discovery.cli.text.Failure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The weight of a host, or of all hosts of a service. */
@Command(name = "weight", description = "Sets the weight of a host, or with --all of every host of a service.")
final class WeightCommand implements Runnable {

    private final Context context;

    @Parameters(index = "0", paramLabel = "SERVICE", description = "The name of the service.")
    @SuppressWarnings("NullAway.Init")
    private ServiceName service;

    @Parameters(
            index = "1",
            paramLabel = "[ADDRESS[:PORT]] WEIGHT",
            hideParamSyntax = true,
            arity = "1..2",
            description = "The address of the host, unless --all is given, and a weight from 1 to 100.")
    private String[] rest = {};

    @Option(
            names = {"-a", "--all"},
            description = "Means every host of the service, in place of an address.")
    private boolean all;

    WeightCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        String address = rest.length == 2 ? rest[0] : null;
        int weight = Weights.parse(rest[rest.length - 1]);
        if (all && address == null) {
            Weights.setAll(context, service, weight);
        } else if (!all && address != null) {
            Weights.set(context, service, parsed(address), weight);
        } else {
            throw Failure.usage(misunderstood(address));
        }
    }

    private static String misunderstood(@Nullable String address) {
        return address == null
                ? "weight: no address is given. Name one before the weight, or all hosts by --all"
                : "weight: an address and --all are given, expected one of them";
    }

    private static HostAddress parsed(String address) {
        try {
            return HostAddress.parse(address);
        } catch (IllegalArgumentException invalid) {
            throw Failure.usage("weight: " + invalid.getMessage());
        }
    }
}
