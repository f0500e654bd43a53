package io.discovery.dns;

import io.discovery.config.Cidrs;
import io.discovery.model.AddressBits;

/** The networks that queries come from. Thread-safe. */
final class Sources {

    private final Cidrs allowed;

    /** @param allowed the networks that may ask; empty for all */
    Sources(Cidrs allowed) {
        this.allowed = allowed;
    }

    /** Returns whether clients of this address may ask. */
    boolean isAllowed(AddressBits source) {
        return allowed.isEmpty() || allowed.contains(source);
    }
}
