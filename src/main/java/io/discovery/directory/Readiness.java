package io.discovery.directory;

import io.discovery.model.RegistryException.NotReady;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The readiness of this member to answer, with the reason if it is not ready. Reads wait until the directory is
 * complete: no list is ever empty or partial by mistake. A member takes writes as soon as it has joined, unless its
 * clock is wrong. Thread-safe.
 */
public final class Readiness {

    /** The phases of a member, in this order. */
    public enum Phase {
        JOINING("joining the cluster", false, false),
        WARMING("loading the registry", false, true),
        OPEN("open", true, true),
        /** Phase in which load balancers are told to use other members; this member still serves requests. */
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
    /** True once the member has been open, or would have been if it did not stop. */
    private volatile boolean isComplete;
    /** Detailed reason for which reads wait during the warm-up; null for the reason of the phase. */
    private volatile @Nullable String explanation;
    /** Reason for which an open member refuses reads now; null for none. */
    private volatile @Nullable String hindrance;
    /** Number of hindrances so far. */
    private final AtomicInteger hindrances = new AtomicInteger();
    /** Reason for which an open member refuses reads now, determined at each request; null for none. */
    private volatile Supplier<@Nullable String> currentHindrance = () -> null;

    private volatile Supplier<@Nullable String> currentWriteHindrance = () -> null;

    public Phase phase() {
        return phase;
    }

    /** Enters a later phase; ignores an earlier one, so that a late warm-up cannot reopen a stopping member. */
    public synchronized void enter(Phase next) {
        isComplete |= next == Phase.OPEN;
        if (next.compareTo(phase) > 0) {
            phase = next;
        }
    }

    /**
     * Sets the detailed reason for which the member refuses reads while it warms up; null for the reason of the phase.
     */
    public void explain(@Nullable String why) {
        explanation = why;
    }

    /** Makes the member refuse reads, in phases in which it otherwise answers them, until {@link #allow}. */
    public void hinder(String why) {
        hindrance = why;
        // After the reason: a reader that sees the new number has seen the reason too, or sees that it is over.
        hindrances.incrementAndGet();
    }

    /** Ends the refusal of {@link #hinder}. */
    public void allow() {
        hindrance = null;
    }

    /**
     * Makes the member refuse reads as {@link #hinder} does, whenever a request finds a reason: an event that has just
     * happened counts before a task could react to it.
     *
     * @param why returns the reason; null for none; must not block
     */
    public void hinderWhenever(Supplier<@Nullable String> why) {
        currentHindrance = why;
    }

    /** Makes the member refuse writes as {@link #hinderWhenever} makes it refuse reads. */
    public void hinderWritesWhenever(Supplier<@Nullable String> why) {
        currentWriteHindrance = why;
    }

    /**
     * Reads data for an answer to a client, and checks the readiness before and after: if the process stands still in
     * between, it reads a directory whose leases have ended, and a read while other members bring in their
     * registrations sees only a part of them.
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

    /**
     * Checks that the member answers reads.
     *
     * @throws NotReady if reads are refused now
     */
    public void requireReads() {
        String why = whyNoReads();
        if (why != null) {
            throw new NotReady(why);
        }
    }

    /** Returns why reads are refused now; null if they are answered. */
    public @Nullable String whyNoReads() {
        Phase now = phase;
        if (now == Phase.DRAINING && !isComplete) {
            // A member that stops while it warms up.
            now = Phase.WARMING;
        }
        String why = now == Phase.WARMING ? explanation : now.reads ? hindrance() : null;
        return why != null || now.reads ? why : now.reason;
    }

    private @Nullable String hindrance() {
        String why = currentHindrance.get();
        return why == null ? hindrance : why;
    }

    /** Returns why writes are refused now; null if they are taken. */
    public @Nullable String whyNoWrites() {
        Phase now = phase;
        return now.writes ? currentWriteHindrance.get() : now.reason;
    }

    /** Returns whether the directory is complete; from then on, an instance that it lacks is not registered. */
    public boolean isComplete() {
        return isComplete;
    }

    /**
     * Returns whether the member is about to end, so that clients should send their next requests to another member.
     */
    public boolean isDraining() {
        return phase.compareTo(Phase.DRAINING) >= 0;
    }

    /** Returns why a load balancer should send no new request here; null if it should. */
    public @Nullable String whyDrained(boolean forReads) {
        return isDraining() ? phase.reason : forReads ? whyNoReads() : whyNoWrites();
    }
}
