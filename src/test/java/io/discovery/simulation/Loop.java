package io.discovery.simulation;

import java.util.function.LongSupplier;

/** A task that a thread of a member runs again and again: PeriodicTask in the product. */
final class Loop {

    private final Member member;
    private final LongSupplier round;
    private final long pauseAfterFailure;
    private boolean isRunning;
    private boolean isNudged;
    /** Number of the next run: one that was put off by a nudge counts no more. */
    private long next;

    private long dueAt = Long.MAX_VALUE;

    /** @param round returns the pause after it, in microseconds */
    Loop(Member member, LongSupplier round, long pauseAfterFailure) {
        this.member = member;
        this.round = round;
        this.pauseAfterFailure = pauseAfterFailure;
    }

    /** Runs the task soon, once more if it is running. */
    void nudge(long afterMicros) {
        if (isRunning) {
            isNudged = true;
        } else if (member.timeline().now() + afterMicros < dueAt) {
            schedule(afterMicros);
        }
    }

    private void schedule(long afterMicros) {
        long number = ++next;
        dueAt = member.timeline().now() + afterMicros;
        member.timeline().after(afterMicros, () -> member.run(() -> run(number)));
    }

    private void run(long number) {
        if (number != next || isRunning) {
            return;
        }
        isRunning = true;
        isNudged = false;
        dueAt = Long.MAX_VALUE;
        long pause;
        try {
            pause = round.getAsLong();
        } catch (Gone noAnswer) {
            pause = pauseAfterFailure;
        } catch (IllegalStateException refused) {
            // A comparison of the map that a merge has overtaken: PeriodicTask runs that again too.
            if (!member.isMerging()) {
                throw refused;
            }
            pause = pauseAfterFailure;
        } finally {
            isRunning = false;
        }
        schedule(isNudged ? 0 : pause);
    }
}
