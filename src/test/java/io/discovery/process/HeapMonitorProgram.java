package io.discovery.process;

import io.discovery.memory.HeapReserve;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A process of its own that holds most of its heap, and then lets go of it; what the tests of a JVM leave would count
 * as held.
 */
final class HeapMonitorProgram {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST = 100;
    private static final int MB = 1 << 20;

    @SuppressWarnings("UnusedVariable") // held is all it is for
    private static volatile byte @Nullable [][] held;

    private HeapMonitorProgram() {}

    /** Ends with 1 if the heap is not scarce in time, 2 if it is not scarce no more, 3 if no relief is told. */
    public static void main(String[] arguments) {
        HeapReserve reserve = new HeapReserve((long) MOST * MB);
        boolean[] isRelieved = new boolean[1];
        reserve.onRelief(() -> isRelieved[0] = true);
        HeapMonitor monitor = HeapMonitor.begin(reserve);
        int code = codeOf(reserve, () -> isRelieved[0]);
        monitor.close();
        System.exit(code);
    }

    private static int codeOf(HeapReserve reserve, BooleanSupplier isRelieved) {
        hold(MOST);
        System.gc();
        if (!holds(reserve::isScarce)) {
            return 1;
        }
        held = null;
        // Only the monitor brings a collection about from here on.
        if (!holds(() -> !reserve.isScarce())) {
            return 2;
        }
        return holds(isRelieved) ? 0 : 3;
    }

    private static void hold(int megabytes) {
        byte[][] pieces = new byte[megabytes * 4][];
        for (int piece = 0; piece < pieces.length; piece++) {
            pieces[piece] = new byte[MB / 4];
        }
        held = pieces;
    }

    private static boolean holds(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return true;
    }
}
