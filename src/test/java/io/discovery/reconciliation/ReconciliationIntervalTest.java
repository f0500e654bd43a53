package io.discovery.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The pauses between two comparisons of copies. */
class ReconciliationIntervalTest {

    private static final boolean EQUAL = true;
    private static final boolean DIFFERENT = false;

    private final ReconciliationInterval pace = new ReconciliationInterval();

    @Test
    void copiesThatDifferAreComparedAgainSoon() {
        assertThat(pace.after(() -> DIFFERENT)).isEqualTo(ReconciliationInterval.UNREST);
        assertThat(pace.after(() -> EQUAL)).isEqualTo(ReconciliationInterval.CALM);
    }

    /** Members that had lost events to a network that heals once showed the lost changes only 18 s later. */
    @Test
    void waitingForASilentMemberIsNoWork() {
        assertThat(pace.after(() -> waitFor(300, DIFFERENT))).isEqualTo(ReconciliationInterval.UNREST);
    }

    @Test
    void aRoundThatIsMuchWorkIsFollowedByALongPause() {
        assertThat(pace.after(() -> work(400, DIFFERENT))).isGreaterThan(ReconciliationInterval.UNREST);
        assertThat(pace.after(() -> work(300, EQUAL))).isGreaterThan(ReconciliationInterval.CALM);
    }

    private static boolean waitFor(long millis, boolean result) {
        try {
            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return result;
    }

    private static boolean work(long millis, boolean result) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long end = threads.getCurrentThreadCpuTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (threads.getCurrentThreadCpuTime() < end) {
            Thread.onSpinWait();
        }
        return result;
    }
}
