package io.discovery.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProcessPauseDetectorTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicLong wall = new AtomicLong(1_700_000_000_000L);
    private final ProcessPauseDetector standstill =
            new ProcessPauseDetector(Duration.ofSeconds(2), Duration.ofSeconds(3), nanos::get, wall::get);

    @Test
    void aProcessThatGivesSignsIsBelieved() {
        standstill.onLong(() -> {
            throw new AssertionError("no long pause");
        });
        for (int i = 0; i < 100; i++) {
            after(1_900);
            assertThat(standstill.isDoubtful()).isFalse();
            standstill.sign();
            assertThat(standstill.isDoubtful()).isFalse();
        }
        assertThat(standstill.count()).isZero();
    }

    @Test
    void whatIsReadBeforeTheFirstSignAfterAStandstillIsDoubtful() {
        after(2_001);

        assertThat(standstill.isDoubtful()).isTrue();
    }

    @Test
    void andSoIsWhatIsReadWithinASecondAfterIt() {
        after(20_000);
        standstill.sign();
        for (int i = 0; i < 9; i++) {
            assertThat(standstill.isDoubtful()).isTrue();
            after(100);
            standstill.sign();
        }
        after(100);

        assertThat(standstill.isDoubtful()).isFalse();
        assertThat(standstill.count()).isOne();
    }

    /** The monotonic clock of a machine that is suspended stands still. */
    @Test
    void aMachineThatWasSuspendedHasStoodStill() {
        wall.addAndGet(20_000);
        assertThat(standstill.isDoubtful()).isTrue();

        standstill.sign();
        assertThat(standstill.isDoubtful()).isTrue();
        assertThat(standstill.count()).isOne();
    }

    @Test
    void aWallClockThatWasSetForwardCostsASecond() {
        wall.addAndGet(3_600_000);
        for (int i = 0; i < 10; i++) {
            standstill.sign();
            assertThat(standstill.isDoubtful()).isTrue();
            after(100);
        }

        assertThat(standstill.isDoubtful()).isFalse();
        assertThat(standstill.count()).isOne();
    }

    @Test
    void aWallClockThatIsSetBackMeansNothing() {
        for (int i = 0; i < 100; i++) {
            wall.addAndGet(-3_600_000);
            assertThat(standstill.isDoubtful()).isFalse();
            standstill.sign();
            after(100);
        }
        after(2_001);

        assertThat(standstill.isDoubtful()).isTrue();
        assertThat(standstill.count()).isZero();
    }

    @Test
    void aLongStandstillIsSeenUntilWhoSeesToItHasBeenTold() {
        List<Boolean> seen = new ArrayList<>();
        standstill.onLong(() -> seen.add(standstill.isLong()));
        after(3_000);
        assertThat(standstill.isLong()).isFalse();
        standstill.sign();
        assertThat(seen).isEmpty();

        after(3_001);
        assertThat(standstill.isLong()).isTrue();
        standstill.sign();
        assertThat(seen).containsExactly(true);
        assertThat(standstill.isLong()).isFalse();
    }

    /** Leases stand still with it. */
    @Test
    void aSuspendedMachineOrAWallClockSetForwardIsNoLongStandstill() {
        wall.addAndGet(3_600_000);

        assertThat(standstill.isLong()).isFalse();
    }

    @Test
    void aPauseCountsBeyondThePatienceOfAClient() {
        after(2_000);
        assertThat(standstill.isDoubtful()).isFalse();
        standstill.sign();

        assertThat(standstill.count()).isZero();
    }

    /** Clients cannot tell a shorter pause from a slow answer. */
    @Test
    void aPauseOfASecondNeverCounts() {
        ProcessPauseDetector impatient =
                new ProcessPauseDetector(Duration.ofMillis(10), Duration.ofSeconds(3), nanos::get, wall::get);

        after(1_000);
        assertThat(impatient.isDoubtful()).isFalse();
        after(1);
        assertThat(impatient.isDoubtful()).isTrue();
    }

    private void after(long millis) {
        wall.addAndGet(millis);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
