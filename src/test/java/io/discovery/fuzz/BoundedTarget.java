package io.discovery.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A target whose inputs must keep two bounds: the heap that reading one allocates, and the processor's time that it
 * takes. An input over a bound is read once more and counts only if it is over again: the first reading may have loaded
 * classes. Confined to one thread.
 */
final class BoundedTarget {

    /** Most inputs take microseconds: a parser that takes this long has gone wrong, however busy the machine is. */
    private static final Duration SLOWEST = Duration.ofSeconds(1);

    /**
     * How much more heap than the parser alone an input may take when Jazzer calls it: its hooks, which watch each
     * comparison of texts, allocate as well. 400 bytes of a query that take 14 kB take 900 kB with them.
     */
    private static final int HOOKS = 4;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final FuzzTarget target;
    private final int heapFactor;
    private final LongSupplier allocatedBytes;
    private final LongSupplier cpuNanos;

    /**
     * @param heapFactor how many times the heap of {@link FuzzTarget#mostAllocated} an input may take
     * @param allocatedBytes by the calling thread so far
     * @param cpuNanos of the calling thread so far
     */
    BoundedTarget(FuzzTarget target, int heapFactor, LongSupplier allocatedBytes, LongSupplier cpuNanos) {
        this.target = target;
        this.heapFactor = heapFactor;
        this.allocatedBytes = allocatedBytes;
        this.cpuNanos = cpuNanos;
    }

    /** Creates a target with both bounds, for Jazzer to call. */
    static BoundedTarget inHeapAndTime(FuzzTarget target) {
        return new BoundedTarget(
                target, HOOKS, THREADS::getCurrentThreadAllocatedBytes, THREADS::getCurrentThreadCpuTime);
    }

    /** Creates a target without a bound on time. */
    static BoundedTarget inHeap(FuzzTarget target) {
        return new BoundedTarget(target, 1, THREADS::getCurrentThreadAllocatedBytes, () -> 0);
    }

    /**
     * Reads an input.
     *
     * @throws AssertionError if the input takes more heap or time than it may
     * @throws Exception what the target finds
     */
    void read(byte[] input) throws Exception {
        if (!excess(input).isEmpty()) {
            String excess = excess(input);
            FuzzTarget.require(excess.isEmpty(), () -> input.length + " bytes took " + excess);
        }
    }

    /** Reads an input, and returns the bound that it broke, or an empty text. */
    private String excess(byte[] input) throws Exception {
        long bytes = allocatedBytes.getAsLong();
        long nanos = cpuNanos.getAsLong();
        target.read(input);
        nanos = cpuNanos.getAsLong() - nanos;
        bytes = allocatedBytes.getAsLong() - bytes;
        long most = heapFactor * target.mostAllocated(input.length);
        if (bytes > most) {
            return bytes + " bytes of heap, expected at most " + most;
        }
        return nanos > SLOWEST.toNanos() ? nanos + " ns, expected at most " + SLOWEST.toNanos() : "";
    }
}
