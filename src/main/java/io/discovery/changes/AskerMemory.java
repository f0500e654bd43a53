package io.discovery.changes;

import io.discovery.model.Version;
import io.discovery.registry.Asked;
import io.discovery.registry.Asker;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The memory that joins changes to who asked for them, whichever a member learns of first. It has places for as many of
 * each as come within seconds; a later one takes the place of an earlier one. Thread-safe, without locks: each side
 * first shows its own and then looks for the other's.
 */
final class AskerMemory {

    private static final int PLACES = 1 << 12;

    /** A change by its number: the ring holds it, and alone decides for how long. */
    private record Made(Version version, long sequence) {}

    private final ChangeRing ring;
    private final AtomicReferenceArray<Made> changes = new AtomicReferenceArray<>(PLACES);
    private final AtomicReferenceArray<Asked> early = new AtomicReferenceArray<>(PLACES);

    AskerMemory(ChangeRing ring) {
        this.ring = ring;
    }

    /** Adds a change, which the ring has. */
    void recorded(RecordedChange change) {
        Version version = change.change().version();
        if (version == null) {
            return;
        }
        changes.set(place(version), new Made(version, change.sequence()));
        Asked asked = early.get(place(version));
        if (asked != null && asked.version().equals(version)) {
            change.askedBy(asked.asker());
        }
    }

    /** Adds the asker of a change. */
    void asked(Version version, Asker asker) {
        early.set(place(version), new Asked(version, asker));
        RecordedChange change = find(version);
        if (change != null) {
            change.askedBy(asker);
        }
    }

    /**
     * Returns the change that made a version lately; null if it made none, as most heartbeats, or if the ring has
     * dropped it.
     */
    @Nullable
    RecordedChange find(Version version) {
        Made made = changes.get(place(version));
        return made != null && made.version().equals(version) ? ring.find(made.sequence()) : null;
    }

    private static int place(Version version) {
        long mixed = (version.micros() ^ version.member()) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 52) & PLACES - 1;
    }
}
