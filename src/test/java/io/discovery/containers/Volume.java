package io.discovery.containers;

import java.util.List;

/** A volume with a member's data. It outlives containers. */
final class Volume implements AutoCloseable {

    private final String name = Docker.output("volume", "create");

    /** Returns the options of {@code docker run} that mount it where the image keeps data. */
    List<String> options() {
        return List.of("--volume", name + ":/data");
    }

    @Override
    public void close() {
        Docker.output("volume", "rm", name);
    }
}
