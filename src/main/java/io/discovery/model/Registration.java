package io.discovery.model;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The record of an instance: a small set of last-writer-wins registers. The check-in is one, each tag is one, and the
 * deregistration is one; each has its own {@link Version}. So does whatever later versions of the program add.
 *
 * <p>A registration is always in normal form: what stands at or below the deregistration is not there. With a check-in
 * it is listed while its lease runs; without one it is a tombstone. Copies that differ meet in {@link #merge}, wherever
 * they come from; because that is a maximum in each register, members that have seen the same changes in any order, any
 * number of times, hold equal registrations.
 *
 * @param checkIn null in a tombstone
 * @param deregistration the latest deregistration, or expiry recorded by a later check-in; null if there was none
 * @param additions the registers that later versions of the program add, each like a tag: a name, a value as JSON text, a
 *     version. This version shows them to nobody; it keeps them as long as tags, so that what a member of a later version
 *     has written survives the heartbeats and weights that this one takes. All that is ever added belongs here
 */
public record Registration(
        InstanceKey key,
        @Nullable CheckIn checkIn,
        Tags tags,
        @Nullable Version deregistration,
        Tags additions) {

    private static final Version TIMELESS = new Version(0, 0);

    /** The registers that {@link #digest} tells apart by number: check-in and deregistration come before the tags. */
    private static final long FIRST_TAG = 3;

    /** Beyond all tags: an addition may have a tag's name. */
    private static final long FIRST_ADDITION = 1L << 40;

    /** @throws IllegalArgumentException if there is neither a check-in nor a deregistration */
    public Registration {
        if (deregistration != null) {
            checkIn = checkIn != null && checkIn.version().isAfter(deregistration) ? checkIn : null;
            tags = tags.after(deregistration);
            additions = additions.after(deregistration);
        } else if (checkIn == null) {
            throw new IllegalArgumentException("a registration that never checked in: " + key);
        }
    }

    /** One without additions. */
    public Registration(InstanceKey key, @Nullable CheckIn checkIn, Tags tags, @Nullable Version deregistration) {
        this(key, checkIn, tags, deregistration, Tags.NONE);
    }

    /**
     * The one way in which two copies of a registration become one.
     *
     * @throws IllegalArgumentException if they are of two instances
     */
    public static Registration merge(Registration a, Registration b) {
        if (!a.key.equals(b.key)) {
            throw new IllegalArgumentException("registrations of two instances: " + a.key + " and " + b.key);
        }
        if (a.equals(b)) {
            return a;
        }
        Registration merged = new Registration(
                a.key,
                laterCheckIn(a.checkIn, b.checkIn),
                a.tags.merge(b.tags),
                later(a.deregistration, b.deregistration),
                a.additions.merge(b.additions));
        // No third copy where one of the two has it all, so that the map and the directory hold one; and of the key the
        // one that was there first, which they hold too.
        return merged.equals(a) ? a : isSame(a.key, b.key) && merged.equals(b) ? b : merged;
    }

    @SuppressWarnings("ReferenceEquality") // what is asked is whether there are two of them
    private static boolean isSame(InstanceKey a, InstanceKey b) {
        return a == b;
    }

    /** {@link #merge}, where the stored copy may be absent. */
    public Registration mergedInto(@Nullable Registration stored) {
        return stored == null ? this : merge(stored, this);
    }

    public boolean isTombstone() {
        return checkIn == null;
    }

    /** The latest version of any register: nothing in this copy is younger. */
    public Version lastVersion() {
        Version last = checkIn == null ? null : checkIn.version();
        last = later(last, deregistration);
        last = later(last, tags.lastVersion());
        last = later(last, additions.lastVersion());
        if (last == null) {
            throw new IllegalStateException("no register in " + key);
        }
        return last;
    }

    /**
     * This copy, read from a backend, as it counts beside what the registry holds by now. If it had left the list before
     * the check-in the registry knows, that check-in was a new start, and the old tags and additions stay gone although
     * nobody could see them then.
     *
     * @param lease the longest by which it can have been listed: with expiry protection nobody knows afterwards whether
     *     it was active, and a weight kept too long is better than one lost
     */
    public Registration restoredBeside(@Nullable Registration stored, Lease lease) {
        boolean goneBefore = checkIn != null
                && stored != null
                && stored.checkIn != null
                && !lease.isListed(checkIn, stored.checkIn.micros());
        return goneBefore ? new Registration(key, checkIn, Tags.NONE, deregistration) : this;
    }

    /**
     * This copy without versions later than {@code limitMicros}: a clock that ran ahead when it was written must not
     * keep an instance alive, nor shut out its later heartbeats.
     */
    public Registration clampedTo(long limitMicros) {
        if (lastVersion().micros() <= limitMicros) {
            return this;
        }
        CheckIn clamped = checkIn == null ? null : checkIn.at(checkIn.version().clampedTo(limitMicros));
        // A deregistration that a later check-in has overcome must stay below it.
        Version gone = deregistration == null
                ? null
                : deregistration.clampedTo(checkIn == null ? limitMicros : limitMicros - 1);
        return new Registration(key, clamped, tags.clampedTo(limitMicros), gone, additions.clampedTo(limitMicros));
    }

    /**
     * This copy, read from a backend that is told of heartbeats up to {@code micros} late: its lease lasts that much
     * longer. What lyft/discovery wrote is as it is.
     */
    public Registration withGrace(long micros) {
        return checkIn == null || checkIn.version().member() == Version.NO_MEMBER
                ? this
                : new Registration(
                        key,
                        new CheckIn(checkIn.version(), checkIn.port(), checkIn.revision(), checkIn.repo(), micros),
                        tags,
                        deregistration,
                        additions);
    }

    /** What stands instead if the instance was removed after all that this copy knows, and before anything newer. */
    public Registration deregistered() {
        Version last = lastVersion();
        return new Registration(key, null, Tags.NONE, new Version(last.micros() + 1, Version.NO_MEMBER));
    }

    /**
     * A fingerprint of all registers, equal for equal registrations on every member; 64 bits, for comparing copies
     * without sending them. A check-in's grace has no part in it: backends do not store it.
     */
    public long digest() {
        return digest(UnaryOperator.identity());
    }

    /**
     * A fingerprint of what readers and operators see, of this version or of a later one: port, revision, repo, tags,
     * additions and whether it was deregistered, but not when it checked in. A heartbeat that says nothing new leaves it
     * as it is.
     */
    public long contentDigest() {
        return digest(version -> TIMELESS);
    }

    private long digest(UnaryOperator<Version> time) {
        long sum = checkIn == null ? 0 : Digest.of(1, contentHash(checkIn), time.apply(checkIn.version()));
        if (deregistration != null) {
            sum += Digest.of(2, 0, deregistration);
        }
        sum += digest(FIRST_TAG, tags, time) + digest(FIRST_ADDITION, additions, time);
        return Digest.mix(sum + Digest.of(key));
    }

    private static long digest(long first, Tags tags, UnaryOperator<Version> time) {
        long sum = 0;
        for (Tag tag : tags.list()) {
            sum += Digest.of(first + tag.key().hashCode(), tag.json().hashCode(), time.apply(tag.version()));
        }
        return sum;
    }

    private static int contentHash(CheckIn checkIn) {
        return 31 * (31 * checkIn.port() + checkIn.revision().hashCode())
                + checkIn.repo().hashCode();
    }

    private static @Nullable CheckIn laterCheckIn(@Nullable CheckIn a, @Nullable CheckIn b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return CheckIn.merge(a, b);
    }

    private static @Nullable Version later(@Nullable Version a, @Nullable Version b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return Version.max(a, b);
    }
}
