package io.discovery.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve.Reach;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What real collections tell, whatever collector this Java has. */
class HeapMonitorTest {

    /** Only the monitor brings a collection about after the first one. */
    @Test
    void theHeapIsScarceWhileMuchIsHeldAndNoMoreOnceItIsGarbage() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseG1GC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeapMonitorProgram.class.getName())
                .inheritIO()
                .start();

        assertThat(program.waitFor()).isZero();
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
