package io.discovery.dns;

import io.discovery.config.Cidrs;
import io.discovery.model.AddressBits;

/** The networks that queries come from. Thread-safe. */
final class Sources {

    /**
     * The networks that no router passes on to or from the internet: loopback (RFC 1122), private (RFC 1918, RFC 4193)
     * and link-local (RFC 3927, RFC 4291).
     */
    private static final Cidrs INTERNAL = Cidrs.parse("127.0.0.0/8, ::1/128, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16,"
                    + " fc00::/7, 169.254.0.0/16, fe80::/10")
            .orElseThrow();

    private final Cidrs allowed;

    /** @param allowed the networks that may ask; empty for all */
    Sources(Cidrs allowed) {
        this.allowed = allowed;
    }

    /** Returns whether clients of this address may ask. */
    boolean isAllowed(AddressBits source) {
        return allowed.isEmpty() || allowed.contains(source);
    }

    /** Returns whether a source that may ask is one of the operator's own, so that its datagrams are believed. */
    boolean isKnown(AddressBits source) {
        return !allowed.isEmpty() || INTERNAL.contains(source);
    }
}
