package io.discovery.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve.Reach;
import io.discovery.testing.Program;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The findings of real collections, with any collector of Java. */
class HeapMonitorTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Only the monitor brings a collection about after the first one. */
    @Test
    void theHeapIsScarceWhileMuchIsHeldAndNoMoreOnceItIsGarbage() {
        Program.ofJdk(
                        "java",
                        "-Xmx256m",
                        "-XX:+UseG1GC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeapMonitorProgram.class.getName())
                .run(PATIENCE)
                .succeeded();
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
