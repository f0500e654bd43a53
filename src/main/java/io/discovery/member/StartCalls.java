package io.discovery.member;

import io.discovery.cluster.ClusterException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of a start that other members have a part in. A member that stands still for some seconds, joins, leaves or
 * merges just now lets a call fail whose outcome is unknown: it is made again, so what is called must bear that. A
 * start ends only for what no waiting mends: a {@link ClusterException}, or what still fails when patience is at its
 * end.
 *
 * <p>For the thread that starts the member.
 */
final class StartCalls {

    private static final Logger log = LoggerFactory.getLogger(StartCalls.class);
    /** Longer than it takes to find out that a silent member is gone, and to do without it. */
    private static final Duration LEAST = Duration.ofSeconds(15);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Duration patience;

    /** @param joinWait how long to try each call; 15 s at least */
    StartCalls(Duration joinWait) {
        this.patience = joinWait.compareTo(LEAST) > 0 ? joinWait : LEAST;
    }

    /**
     * Makes a call until it succeeds. Blocks.
     *
     * @param what it does, for the log: "Vert.x starts"
     * @throws RuntimeException what the call threw, if it is a {@link ClusterException} or patience is at its end
     */
    <T> T make(String what, Supplier<T> call) {
        long begin = System.nanoTime();
        while (true) {
            try {
                return call.get();
            } catch (ClusterException refused) {
                throw refused;
            } catch (RuntimeException failed) {
                if (!isWorthWaiting(begin)) {
                    throw failed;
                }
                log.warn("{}: failed, trying again: {}", what, failed.toString());
            }
            pause();
        }
    }

    /** Does the same with a call without a result. */
    void run(String what, Runnable call) {
        make(what, () -> {
            call.run();
            return true;
        });
    }

    /**
     * Waits for a condition. Blocks; false if it does not hold when patience is at its end.
     *
     * @param what it is, for the log: "the oldest member tells the time"
     * @param condition does not hold while it throws
     */
    boolean await(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!holds(what, condition)) {
            if (!isWorthWaiting(begin)) {
                return false;
            }
            pause();
        }
        return true;
    }

    private static boolean holds(String what, BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (RuntimeException failed) {
            log.warn("{}: not yet, trying again: {}", what, failed.toString());
            return false;
        }
    }

    private boolean isWorthWaiting(long begin) {
        return System.nanoTime() - begin < patience.toNanos()
                && !Thread.currentThread().isInterrupted();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException stop) {
            // The next failure ends the start.
            Thread.currentThread().interrupt();
        }
    }
}
