package io.discovery.member;

import io.discovery.registry.Membership;
import io.discovery.telemetry.Meters;

/**
 * The last answer to the question whether the loss of one member now loses nothing: members are asked for it, which a scrape of
 * the metrics does not wait for. Thread-safe.
 */
final class PartitionSafety {

    private final Membership membership;
    /** False until there is an answer. */
    private volatile boolean isSafe;

    PartitionSafety(Membership membership) {
        this.membership = membership;
    }

    void register(Meters meters) {
        meters.gauge("discovery.partitions.safe", () -> isSafe ? 1 : 0);
    }

    /** Asks, and does not wait for the answer. */
    void ask() {
        membership.partitionsSafe().onSuccess(safe -> isSafe = safe);
    }
}
