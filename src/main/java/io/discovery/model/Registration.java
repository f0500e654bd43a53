package io.discovery.model;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The record of an instance: a small set of last-writer-wins registers (a state-based CRDT). The check-in is one, each
 * tag is one, and the deregistration is one; each has its own {@link Version}. Later versions of the program add
 * registers in the same way.
 *
 * <p>A registration is always in normal form: it has no register at or below the deregistration. With a check-in it is
 * listed while its lease runs; without one it is a tombstone. {@link #merge} joins copies that differ, wherever they
 * come from; because it is a maximum in each register, members that have seen the same changes in any order, any number
 * of times, hold equal registrations.
 *
 * @param checkIn null in a tombstone
 * @param deregistration the latest deregistration, or expiry recorded by a later check-in; null if there was none
 * @param additions the registers of later versions of the program, each like a tag: a name, a value as JSON text, a
 *     version. This version shows them to no client; it keeps them as long as tags, so that the additions of a later
 *     version's member survive heartbeats and weights on this one. Every future field belongs here
 */
public record Registration(
        InstanceKey key,
        @Nullable CheckIn checkIn,
        Tags tags,
        @Nullable Version deregistration,
        Tags additions) {

    private static final Version TIMELESS = new Version(0, 0);

    /** Numbers below this are the registers of check-in and deregistration in {@link #digest}. */
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

    /** Creates a registration without additions. */
    public Registration(InstanceKey key, @Nullable CheckIn checkIn, Tags tags, @Nullable Version deregistration) {
        this(key, checkIn, tags, deregistration, Tags.NONE);
    }

    /**
     * Merges two copies of a registration; all copies are merged here.
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
        // Returns an existing copy where one has all registers, so that the map and the directory hold one; and keeps
        // the key that was there first, which they hold too.
        return merged.equals(a) ? a : isSame(a.key, b.key) && merged.equals(b) ? b : merged;
    }

    @SuppressWarnings("ReferenceEquality") // two equal keys may be two objects
    private static boolean isSame(InstanceKey a, InstanceKey b) {
        return a == b;
    }

    /** Merges with {@link #merge} a stored copy that may be absent. */
    public Registration mergedInto(@Nullable Registration stored) {
        return stored == null ? this : merge(stored, this);
    }

    /** Returns whether a register was written by a clock that was wrong, by the cluster's time. */
    public boolean isAhead(long nowMicros) {
        return lastVersion().isAhead(nowMicros);
    }

    /**
     * Returns this copy as it is to be merged into another, by the cluster's time. A register that is ahead must not
     * win over what members with a right clock have written, or write from now on. Without another copy it counts as
     * written now. Beside another copy it counts only if that has no such register, as written before that copy's
     * check-in, and not at all if that copy's instance was ever deregistered.
     *
     * @param other null if there is none
     */
    public Registration countedBeside(@Nullable Registration other, long nowMicros) {
        if (!isAhead(nowMicros)) {
            return this;
        }
        if (other == null) {
            return clampedTo(nowMicros);
        }
        CheckIn others = other.checkIn;
        // The earliest version of all is not above a deregistration, whichever that is.
        long before = others == null || other.deregistration != null ? Long.MIN_VALUE : others.micros() - 1;
        boolean isAheadCheckIn = checkIn != null && checkIn.version().isAhead(nowMicros);
        // The instance came back after a deregistration that is older than such a check-in.
        boolean isRightRemoval = deregistration != null && !isAheadCheckIn && !deregistration.isAhead(nowMicros);
        return new Registration(
                key,
                checkIn != null && !isAheadCheckIn ? checkIn : others,
                tags.countedBeside(other.tags, nowMicros, before),
                isRightRemoval ? deregistration : other.deregistration,
                additions.countedBeside(other.additions, nowMicros, before));
    }

    public boolean isTombstone() {
        return checkIn == null;
    }

    /** Returns the latest version of any register. */
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
     * Returns this copy, read from a backend, as it counts beside the registry's current one. If it had left the list
     * before the registry's check-in, that check-in was a new start, so the old tags and additions are dropped, as they
     * would have been then. Of those that the registry has kept, later values count: a member that reads one file
     * after the other must not show the older of two.
     *
     * @param lease the longest by which it can have been listed: whether expiry protection was active then is unknown,
     *     and a weight kept too long is better than one lost
     */
    public Registration restoredBeside(@Nullable Registration stored, Lease lease) {
        if (checkIn == null
                || stored == null
                || stored.checkIn == null
                || lease.isListed(checkIn, stored.checkIn.micros())) {
            return this;
        }
        return new Registration(
                key, checkIn, tags.replacing(stored.tags), deregistration, additions.replacing(stored.additions));
    }

    /**
     * Returns this copy without versions later than {@code limitMicros}: a clock that ran ahead at the write must not
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
     * Returns this copy, read from a backend that receives heartbeats up to {@code micros} late, with a lease that
     * lasts that much longer. Rows of lyft/discovery get no grace.
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

    /**
     * Returns the tombstone of an instance that was removed after every version of this copy, and before anything
     * newer.
     */
    public Registration deregistered() {
        Version last = lastVersion();
        return new Registration(key, null, Tags.NONE, new Version(last.micros() + 1, Version.NO_MEMBER));
    }

    /**
     * Returns a fingerprint of all registers, equal for equal registrations on every member; 64 bits. It leaves out a
     * check-in's grace, which backends do not store.
     */
    public long digest() {
        return digest(UnaryOperator.identity());
    }

    /**
     * Returns a fingerprint for comparing members' copies without sending them: {@link #digest} and the check-in's
     * grace, so that a member that gave a row of a backend more time learns from a peer that has the check-in itself.
     */
    public long copyDigest() {
        long grace = checkIn == null ? 0 : checkIn.graceMicros();
        return grace == 0 ? digest() : Digest.mix(digest() + grace);
    }

    /**
     * Returns a fingerprint of the content that clients and operators see, of this version or of a later one: port,
     * revision, repo, tags, additions and whether it was deregistered, but not the time of the check-in. A heartbeat
     * with unchanged content leaves it as it is.
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
