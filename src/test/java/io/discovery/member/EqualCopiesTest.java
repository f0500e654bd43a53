package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.reconciliation.PeerReconciliation.Result;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EqualCopiesTest {

    private long nanos = Long.MAX_VALUE;
    private final EqualCopies copies = new EqualCopies(() -> nanos);

    @Test
    void theAgeCountsFromTheLastComparisonThatFoundNothingNewAndWasComplete() {
        pass(10);
        assertThat(copies.ageSeconds()).isEqualTo(10);

        copies.compared(new Result(0, 0, 0));
        pass(3);
        copies.compared(new Result(1, 0, 0));
        copies.compared(new Result(0, 1, 0));
        pass(4);

        assertThat(copies.ageSeconds()).isEqualTo(7);
    }

    private void pass(int seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }
}
