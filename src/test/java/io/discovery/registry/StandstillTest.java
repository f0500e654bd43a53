package io.discovery.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StandstillTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final Standstill standstill = new Standstill(Duration.ofSeconds(2), nanos::get);

    @Test
    void aProcessThatGivesSignsIsBelieved() {
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

    private void after(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
