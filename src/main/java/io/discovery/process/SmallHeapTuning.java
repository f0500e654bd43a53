package io.discovery.process;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tuning of G1 that makes a small heap give back memory after a burst, with no option given. G1 gives memory back at
 * the end of a marking only, and begins one by itself when old objects fill almost half of the heap, which may be
 * never. So this task checks periodically whether the heap is larger than needed; if so, for some seconds G1 may begin
 * a marking, once it has collected nothing for a second. Under load G1 collects more often, and keeps its memory.
 *
 * <p>The heap needs two fifths of its maximum, or more if old objects fill that: so much lets young objects die young.
 * The task only changes options that Java can change while it runs, and that have their defaults.
 */
public final class SmallHeapTuning {

    private static final Logger log = LoggerFactory.getLogger(SmallHeapTuning.class);

    /** Maximum heap that is tuned, in bytes. An operator who gives more gives it for speed. */
    private static final long SMALL = 1L << 30;

    private static final Duration ASKING = Duration.ofSeconds(5);
    private static final Duration RESTING = Duration.ofSeconds(10);

    static final String LEAST_FREE = "MinHeapFreeRatio";
    static final String MOST_FREE = "MaxHeapFreeRatio";
    static final String MARK_AFTER = "G1PeriodicGCInterval";
    private static final String LEAST_HEAP = "MinHeapSize";
    private static final String OLD_OBJECTS = "G1 Old Gen";

    /**
     * Minimum and maximum free share of the heap after a marking, in percent: with less free the heap grows, with more
     * it shrinks.
     */
    private static final int LEAST_FREE_PERCENT = 20;

    private static final int MOST_FREE_PERCENT = 40;
    /** Minimum need, in percent of the maximum heap. */
    private static final int ENOUGH_PERCENT = 40;

    private static final int ALL = 100;
    /** Bytes of young objects that a marking finds in a member at rest, about: G1 counts them like old ones. */
    private static final long YOUNG = 8L << 20;
    /** Minimum gain of a marking, in bytes. */
    private static final long WORTH_IT = 32L << 20;

    private static final Duration CALM = Duration.ofSeconds(1);

    private final HotSpotDiagnosticMXBean java;
    private final Heap heap;
    private boolean asking;

    /**
     * Sizes in bytes.
     *
     * @param most maximum size of the heap
     * @param now current size
     * @param old bytes of old objects
     */
    record Heap(long most, LongSupplier now, LongSupplier old) {}

    private SmallHeapTuning(HotSpotDiagnosticMXBean java, Heap heap) {
        this.java = java;
        this.heap = heap;
    }

    /** Starts the task on a thread of its own, for as long as the process lives. */
    public static void keep() {
        try {
            Optional<MemoryPoolMXBean> old = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getName().equals(OLD_OBJECTS))
                    .findFirst();
            HotSpotDiagnosticMXBean java = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            if (java != null && old.isPresent()) {
                Heap heap = new Heap(
                        Runtime.getRuntime().maxMemory(),
                        Runtime.getRuntime()::totalMemory,
                        () -> old.get().getUsage().getUsed());
                of(java, heap).ifPresent(small -> new PeriodicTask("discovery-heap", RESTING, small::look));
            }
        } catch (IllegalArgumentException | LinkageError other) {
            log.debug("this Java's heap keeps its size: {}", other.toString());
        }
    }

    /** Returns empty if the heap is not small, or if an option has set its size. */
    static Optional<SmallHeapTuning> of(HotSpotDiagnosticMXBean java, Heap heap) {
        if (heap.most() > SMALL || !isFree(java, LEAST_FREE) || !isFree(java, MOST_FREE) || !isFree(java, MARK_AFTER)) {
            return Optional.empty();
        }
        SmallHeapTuning small = new SmallHeapTuning(java, heap);
        small.set(LEAST_FREE, LEAST_FREE_PERCENT);
        // Java's own first marking, in the middle of the start, would leave next to nothing.
        small.keepNeeded();
        return Optional.of(small);
    }

    private static boolean isFree(HotSpotDiagnosticMXBean java, String option) {
        VMOption found = java.getVMOption(option);
        return found.isWriteable() && found.getOrigin() == VMOption.Origin.DEFAULT;
    }

    /** Checks once; returns the pause until the next check. */
    Duration look() {
        long needed = keepNeeded();
        // Not twice in a row: if the heap cannot shrink, markings must not become the habit.
        asking = !asking && heap.now.getAsLong() > Math.max(needed, leastHeap()) + WORTH_IT;
        set(MARK_AFTER, asking ? CALM.toMillis() : 0);
        return asking ? ASKING : RESTING;
    }

    /** Sets the size that the next marking leaves, and returns it. */
    private long keepNeeded() {
        long kept = heap.old.getAsLong() + YOUNG;
        long needed = Math.max(heap.most * ENOUGH_PERCENT / ALL, kept * ALL / (ALL - MOST_FREE_PERCENT));
        set(MOST_FREE, ALL - kept * ALL / needed);
        return needed;
    }

    private long leastHeap() {
        return Long.parseLong(java.getVMOption(LEAST_HEAP).getValue());
    }

    private void set(String option, long value) {
        java.setVMOption(option, Long.toString(value));
    }
}
