package io.discovery.watchers;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The end of all watchers' work, for which they can wait. Thread-safe. */
final class Stop {

    private final CountDownLatch latch = new CountDownLatch(1);

    void now() {
        latch.countDown();
    }

    boolean isOver() {
        return latch.getCount() == 0;
    }

    /** Waits for a time, or until the end. */
    void pause(Duration time) {
        try {
            latch.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
