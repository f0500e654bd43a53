package io.discovery.faults;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A wait of the calling thread for a time that a fault, or the calm before one, lasts. */
final class Pause {

    private Pause() {}

    static void of(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
