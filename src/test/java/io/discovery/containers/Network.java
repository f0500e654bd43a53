package io.discovery.containers;

import java.util.UUID;

/** A network of containers, with a name of its own. */
final class Network implements AutoCloseable {

    private final String name = "discovery-check-" + UUID.randomUUID();

    Network() {
        Docker.output("network", "create", name);
    }

    String name() {
        return name;
    }

    @Override
    public void close() {
        Docker.output("network", "rm", name);
    }
}
