package io.discovery.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.discovery.memory.HeapReserve;
import io.discovery.memory.HeapReserve.Reach;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What real collections tell, whatever collector this Java has. */
@Isolated("what other tests leave would count as held")
class HeapMonitorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LITTLE = 100L << 20;

    private volatile byte @Nullable [] held;

    /** Nobody but the watch brings a collection about after the first one. */
    @Test
    void theHeapIsScarceWhileMuchIsHeldAndNoMoreOnceItIsGarbage() {
        // Serial and Parallel collect old objects when there is no more room, of which the heap of tests has plenty.
        assumeThat(ManagementFactory.getGarbageCollectorMXBeans())
                .extracting(GarbageCollectorMXBean::getName)
                .doesNotContain("Copy", "PS Scavenge");
        System.gc();
        Runtime java = Runtime.getRuntime();
        long base = java.totalMemory() - java.freeMemory();
        // Scarce from 1.15 times the base on, and enough at 1.08 times: what other tests have left is as large as it
        // is.
        HeapReserve reserve = new HeapReserve(base / 100 * 135 + LITTLE);
        AtomicInteger reliefs = new AtomicInteger();
        reserve.onRelief(reliefs::incrementAndGet);
        held = new byte[Math.toIntExact(base / 100 * 30 + 2 * LITTLE)];
        try (HeapMonitor watch = HeapMonitor.begin(reserve)) {
            assertThat(watch).isNotNull();
            System.gc();
            await().atMost(PATIENCE).until(reserve::isScarce);
            assertThat(held).isNotNull();
            assertThat(reserve.usedBytes()).isGreaterThan(base);

            held = null;

            await().atMost(PATIENCE).until(() -> !reserve.isScarce());
            await().atMost(PATIENCE).until(() -> reliefs.get() == 1);
        }
    }

    @Test
    void whatACollectionHasFoundIsKnownByItsNames() {
        assertThat(HeapMonitor.reach("G1 Young Generation", "end of minor GC")).isEqualTo(Reach.SOME);
        assertThat(HeapMonitor.reach("G1 Old Generation", "end of major GC")).isEqualTo(Reach.ALL);
        assertThat(HeapMonitor.reach("G1 Concurrent GC", "end of concurrent GC pause"))
                .isNull();
        assertThat(HeapMonitor.reach("Copy", "end of minor GC")).isEqualTo(Reach.YOUNG);
        assertThat(HeapMonitor.reach("MarkSweepCompact", "end of major GC")).isEqualTo(Reach.ALL);
        assertThat(HeapMonitor.reach("PS Scavenge", "end of minor GC")).isEqualTo(Reach.YOUNG);
        assertThat(HeapMonitor.reach("ZGC Cycles", "end of GC cycle")).isEqualTo(Reach.ALL);
        assertThat(HeapMonitor.reach("ZGC Minor Cycles", "end of GC cycle")).isEqualTo(Reach.YOUNG);
        assertThat(HeapMonitor.reach("ZGC Pauses", "end of GC pause")).isNull();
        assertThat(HeapMonitor.reach("Shenandoah Cycles", "end of GC cycle")).isEqualTo(Reach.ALL);
    }
}
