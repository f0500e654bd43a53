package io.discovery.member;

import io.discovery.directory.Directory;
import io.discovery.memory.HeapReserve;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Limits;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.registry.Registry;
import io.discovery.telemetry.Meters;
import org.jspecify.annotations.Nullable;

/**
 * The share of the heap for registrations: half, and an eighth of that on top for hosts that are known: listed, lapsed,
 * or removed and not forgotten yet. A deploy, a drain or a restart of a host changes a few bytes of what is there; if
 * that were refused, a host that runs would leave the lists. So it depends on what is asked for:
 *
 * <ul>
 *   <li>a weight, a removal, and a registration that takes no more heap than the one there is, are always taken;
 *   <li>one of a known host that is small, at most {@link #SMALL} bytes or an eighth larger than the one there is, is
 *       taken while registrations take less than nine eighths of their share;
 *   <li>a larger one of a known host likewise, but not while the heap is scarce;
 *   <li>one of a new host is taken while registrations take less than their share, and not while the heap is scarce.
 * </ul>
 *
 * <p>Of 512 MB, 256 are for new hosts and 32 for what known ones add: 40,000 removed hosts come back in these, at 0.8
 * kB more each. Every member holds all registrations, so all come to the same answer if they have the same heap; one
 * with a smaller heap refuses what it is asked itself, and takes what others have taken. Safe for all threads.
 */
final class RegistrationMemoryLimit implements Registry.Room {

    /** A host with its tags, but without long texts. */
    private static final int SMALL = 1_024;

    private static final int SHARE = 2;
    private static final int EIGHTH = 8;

    private final Directory directory;
    private final HeapReserve heap;
    private final long share;

    RegistrationMemoryLimit(Directory directory, HeapReserve heap) {
        this(directory, heap, Runtime.getRuntime().maxMemory() / SHARE);
    }

    /** @param share bytes for registrations of new hosts */
    RegistrationMemoryLimit(Directory directory, HeapReserve heap, long share) {
        this.directory = directory;
        this.heap = heap;
        this.share = share;
    }

    void register(Meters meters) {
        meters.gauge("discovery.registrations.bytes.limit", () -> share);
    }

    @Override
    public @Nullable RegistryException refusal(Change change, @Nullable Registration known) {
        long held = directory.heapBytes();
        if (held < share && !heap.isScarce()) {
            return null;
        }
        if (!(change instanceof Change.Register) || !(change.applyTo(known) instanceof Outcome.Applied applied)) {
            return null;
        }
        return known == null
                ? refusal(
                        whyFull(held, share, heap.whyScarce()),
                        "New hosts are not taken until there is room, or members have a larger heap; those that are known are"
                                + " renewed, weighed and removed, and may come back")
                : refusal(
                        whyNotLarger(held, known, applied.registration()),
                        "This host is not taken with so much more than is known of it until there is room, or members have a"
                                + " larger heap; what is known of it is renewed, weighed and removed");
    }

    private @Nullable String whyNotLarger(long held, Registration known, Registration wanted) {
        if (Limits.heapBytes(wanted) <= Limits.heapBytes(known)) {
            return null;
        }
        boolean isSmall = Limits.size(wanted) <= Math.max(SMALL, withEighth(Limits.size(known)));
        return whyFull(held, withEighth(share), isSmall ? null : heap.whyScarce());
    }

    private static @Nullable String whyFull(long held, long most, @Nullable String scarce) {
        return held < most
                ? scarce
                : "registrations take about " + (held >> 20) + " MB, expected less than " + (most >> 20) + " MB";
    }

    private static long withEighth(long bytes) {
        return bytes + bytes / EIGHTH;
    }

    private static @Nullable RegistryException refusal(@Nullable String why, String whatGoesOn) {
        return why == null ? null : new RegistryException.Overloaded(why + "; nothing was changed. " + whatGoesOn);
    }
}
