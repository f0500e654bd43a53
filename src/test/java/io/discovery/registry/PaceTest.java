package io.discovery.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.registry.Reconciliation.Result;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The pauses between two comparisons of copies. */
class PaceTest {

    private static final Result EQUAL = new Result(0, 0, 0);
    private static final Result DIFFERENT = new Result(1, 0, 0);

    private final Pace pace = new Pace();

    @Test
    void copiesThatDifferAreComparedAgainSoon() {
        assertThat(pace.after(() -> DIFFERENT)).isEqualTo(Pace.UNREST);
        assertThat(pace.after(() -> EQUAL)).isEqualTo(Pace.CALM);
    }

    /** Members that had lost events to a network that heals once showed the lost changes only 18 s later. */
    @Test
    void waitingForASilentMemberIsNoWork() {
        assertThat(pace.after(() -> waitFor(300, DIFFERENT))).isEqualTo(Pace.UNREST);
    }

    @Test
    void aRoundThatIsMuchWorkIsFollowedByALongPause() {
        assertThat(pace.after(() -> work(300, DIFFERENT))).isGreaterThan(Pace.UNREST);
    }

    private static Result waitFor(long millis, Result result) {
        try {
            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return result;
    }

    private static Result work(long millis, Result result) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long end = threads.getCurrentThreadCpuTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (threads.getCurrentThreadCpuTime() < end) {
            Thread.onSpinWait();
        }
        return result;
    }
}
