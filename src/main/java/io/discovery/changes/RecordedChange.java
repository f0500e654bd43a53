package io.discovery.changes;

import io.discovery.registry.Asker;
import org.jspecify.annotations.Nullable;

/** A change in a member's memory. Immutable, but for who asked for it, which may become known later. */
final class RecordedChange {

    private final long sequence;
    private final long learnedMicros;
    private final InstanceChange change;
    private volatile @Nullable Asker asker;

    /**
     * @param sequence number of the change at this member
     * @param learnedMicros when this member learned of it, by the cluster's clock
     */
    RecordedChange(long sequence, long learnedMicros, InstanceChange change) {
        this.sequence = sequence;
        this.learnedMicros = learnedMicros;
        this.change = change;
    }

    long sequence() {
        return sequence;
    }

    long learnedMicros() {
        return learnedMicros;
    }

    InstanceChange change() {
        return change;
    }

    /** Returns who asked for the change; null if it is not known, or if no client did. */
    @Nullable
    Asker asker() {
        return asker;
    }

    void askedBy(@Nullable Asker client) {
        asker = client;
    }
}
