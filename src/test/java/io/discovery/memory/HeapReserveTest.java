package io.discovery.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve.Reach;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The heap is scarce or not, by what collections leave of it. */
class HeapReserveTest {

    private static final long MB = 1L << 20;

    private final HeapReserve heap = new HeapReserve(1_000 * MB);

    @Test
    void isScarceWhenAFullCollectionLeavesTooMuch() {
        heap.collected(850 * MB, Reach.ALL);
        assertThat(heap.isScarce()).isFalse();
        assertThat(heap.whyScarce()).isNull();

        heap.collected(851 * MB, Reach.ALL);

        assertThat(heap.isScarce()).isTrue();
        assertThat(heap.whyScarce())
                .isEqualTo("the heap is short: 851 MB of 1000 MB are in use, expected at most 850 MB");
        assertThat(heap.shortages()).isOne();
        assertThat(heap.usedPercent()).isEqualTo(85);
    }

    /** Much of what is old may be garbage that the next collections take. */
    @Test
    void oneCollectionOfYoungObjectsDoesNotMakeItScarceButTwoInARowDo() {
        heap.collected(900 * MB, Reach.SOME);
        assertThat(heap.isScarce()).isFalse();
        heap.collected(700 * MB, Reach.SOME);
        heap.collected(900 * MB, Reach.SOME);
        assertThat(heap.isScarce()).isFalse();

        heap.collected(900 * MB, Reach.SOME);

        assertThat(heap.isScarce()).isTrue();
    }

    @Test
    void whereOldObjectsWaitForAFullHeapYoungOnesSayNothing() {
        for (int i = 0; i < 10; i++) {
            heap.collected(999 * MB, Reach.YOUNG);
        }

        assertThat(heap.isScarce()).isFalse();
        assertThat(heap.usedPercent()).isEqualTo(99);
    }

    @Test
    void isScarceUntilClearlyLessIsInUse() {
        heap.collected(900 * MB, Reach.ALL);
        heap.collected(801 * MB, Reach.ALL);
        assertThat(heap.isScarce()).isTrue();

        heap.collected(800 * MB, Reach.YOUNG);

        assertThat(heap.isScarce()).isFalse();
        heap.collected(840 * MB, Reach.ALL);
        assertThat(heap.isScarce()).isFalse();
        assertThat(heap.shortages()).isOne();
    }

    @Test
    void whileItIsScarceNothingLastsAndAnEighthPasses() {
        assertThat(heap.lasting(80)).isEqualTo(80);
        assertThat(heap.passing(80)).isEqualTo(80);

        heap.collected(900 * MB, Reach.ALL);

        assertThat(heap.lasting(80)).isZero();
        assertThat(heap.passing(80)).isEqualTo(10);
    }

    @Test
    void whoWaitsForReliefIsTold() {
        AtomicInteger told = new AtomicInteger();
        heap.onRelief(told::incrementAndGet);

        heap.tellRelief();

        assertThat(told).hasValue(1);
    }
}
