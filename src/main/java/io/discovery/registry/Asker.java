package io.discovery.registry;

import io.discovery.model.StringPool;

/**
 * The client that asked for a change.
 *
 * @param address where its request came from; empty if unknown
 * @param identity empty for a client without one
 */
public record Asker(String address, String identity) {

    /** Texts that askers repeat are there once. */
    public Asker {
        address = StringPool.of(address);
        identity = StringPool.of(identity);
    }
}
