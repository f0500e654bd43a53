package io.discovery.clustering;

import io.discovery.testing.LoadBalancer;
import io.discovery.testing.OpenLoop;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Readers and writers behind a load balancer.
 *
 * @param rate requests a second
 * @param calm the time that they work before and after an event
 */
record BalancedLoad(int rate, Duration calm) {

    /** Returns what happened to the requests before, during and after an event. */
    OpenLoop.Report during(LoadBalancer balancer, Runnable event) {
        try (OpenLoop load = OpenLoop.start(balancer.port(), rate)) {
            pause(calm);
            event.run();
            pause(calm);
            return load.stop();
        }
    }

    /** Lets the load run for a time; there is no condition to wait for. */
    static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
