package io.discovery.connections;

import org.jspecify.annotations.Nullable;

/** The requests of one connection that wait for something to happen. Confined to its event loop. */
final class RequestWaits {

    private final Connections connections;
    private int count;

    RequestWaits(Connections connections) {
        this.connections = connections;
    }

    /**
     * Counts a request that waits from now on; returns false if there is no room for it.
     *
     * @param streams those of the connection; null without HTTP/2
     */
    boolean begin(long bytes, OpenStreams.@Nullable OfConnection streams) {
        boolean enters = connections.waiting().enter(bytes, count == 0);
        if (enters) {
            count++;
            if (streams != null) {
                streams.beginsWaiting();
            }
        }
        return enters;
    }

    void end(long bytes, OpenStreams.@Nullable OfConnection streams) {
        count--;
        if (streams != null) {
            streams.endsWaiting();
        }
        connections.waiting().leave(bytes, count == 0);
    }

    /** Takes more bytes for a request that waits; returns false if there is no room for them. */
    boolean take(long bytes) {
        return connections.waiting().take(bytes);
    }

    /** Returns why there is less room than configured, or null. */
    @Nullable
    String whyScarce() {
        return connections.heap().whyScarce();
    }
}
