package io.discovery.directory;

import io.discovery.model.RegistryException.NotReady;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether this member may answer, and if not, why. Reads wait until the directory has all there is: no list is ever
 * empty or partial by mistake. Writes are taken as soon as the member has joined, unless its clock is wrong. Safe for all threads.
 */
public final class Readiness {

    /** What a member goes through, in this order. */
    public enum Phase {
        JOINING("joining the cluster", false, false),
        WARMING("loading the registry", false, true),
        OPEN("open", true, true),
        /** Load balancers are told to go elsewhere; whoever comes is still served. */
        DRAINING("stopping", true, true),
        STOPPED("stopped", false, false);

        private final String reason;
        private final boolean reads;
        private final boolean writes;

        Phase(String reason, boolean reads, boolean writes) {
            this.reason = reason;
            this.reads = reads;
            this.writes = writes;
        }
    }

    private volatile Phase phase = Phase.JOINING;
    /** What the warm-up waits for just now. */
    private volatile @Nullable String explanation;
    /** Why a member that was open is not now. */
    private volatile @Nullable String hindrance;
    /** How often there has been one. */
    private final AtomicInteger hindrances = new AtomicInteger();
    /** The same, found by whoever asks. */
    private volatile Supplier<@Nullable String> doubt = () -> null;

    private volatile Supplier<@Nullable String> doubtOfWrites = () -> null;

    public Phase phase() {
        return phase;
    }

    /** Goes on to a later phase; going back is ignored, so that a late warm-up cannot reopen a stopping member. */
    public synchronized void enter(Phase next) {
        if (next.compareTo(phase) > 0) {
            phase = next;
        }
    }

    /** Says more of why reads are refused while the member warms up; null for no more than that. */
    public void explain(@Nullable String why) {
        explanation = why;
    }

    /** Refuses reads in phases in which they are answered otherwise, from now on until {@link #allow}. */
    public void hinder(String why) {
        hindrance = why;
        // After it: who has counted this one has seen it, or that it is over.
        hindrances.incrementAndGet();
    }

    /** Takes {@link #hinder} back. */
    public void allow() {
        hindrance = null;
    }

    /**
     * Refuses reads as {@link #hinder} does, at each question for which there is a reason: what has just happened counts before
     * anybody could see to it.
     *
     * @param why the reason; null for none; must not block
     */
    public void hinderWhenever(Supplier<@Nullable String> why) {
        doubt = why;
    }

    /** As {@link #hinderWhenever}, for writes. */
    public void hinderWritesWhenever(Supplier<@Nullable String> why) {
        doubtOfWrites = why;
    }

    /**
     * Reads what clients are answered with. Looked at before and after: a process that stands still in between reads a directory
     * whose leases have ended, and what is read while others bring in their part of it is a part.
     *
     * @throws NotReady if reads are refused, or were for a moment meanwhile
     */
    public <T> T read(Supplier<T> reading) {
        int before = hindrances.get();
        requireReads();
        T read = reading.get();
        requireReads();
        if (hindrances.get() != before) {
            throw new NotReady("learning what other members have newer");
        }
        return read;
    }

    /** @throws NotReady if reads are refused now */
    public void requireReads() {
        String why = whyNoReads();
        if (why != null) {
            throw new NotReady(why);
        }
    }

    /** Why reads are refused now; null if they are answered. */
    public @Nullable String whyNoReads() {
        Phase now = phase;
        String why = now == Phase.WARMING ? explanation : now.reads ? hindrance() : null;
        return why != null || now.reads ? why : now.reason;
    }

    private @Nullable String hindrance() {
        String why = doubt.get();
        return why == null ? hindrance : why;
    }

    /** Why writes are refused now; null if they are taken. */
    public @Nullable String whyNoWrites() {
        Phase now = phase;
        return now.writes ? doubtOfWrites.get() : now.reason;
    }

    /** Whether the directory has had all there is; from then on, what it lacks is not registered. */
    public boolean isComplete() {
        return phase.compareTo(Phase.OPEN) >= 0;
    }

    /** Whether the member is about to end, so that whoever comes again should come to another. */
    public boolean isDraining() {
        return phase.compareTo(Phase.DRAINING) >= 0;
    }

    /** Why a load balancer should send nothing new here; null if it should. */
    public @Nullable String whyDrained(boolean forReads) {
        return isDraining() ? phase.reason : forReads ? whyNoReads() : whyNoWrites();
    }
}
