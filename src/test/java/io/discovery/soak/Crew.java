package io.discovery.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Clients that repeat their work, each in a thread of its own, and go on after a failure. */
final class Crew implements AutoCloseable {

    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MOST_FAILURES = 100;

    private final List<Thread> threads = new ArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;

    /** @param pace from one start to the next, if the work does not take longer */
    void employ(String name, Duration pace, Runnable work) {
        Thread thread = new Thread(() -> run(name, pace, work), name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void run(String name, Duration pace, Runnable work) {
        long due = System.nanoTime();
        while (!stopped) {
            try {
                work.run();
            } catch (RuntimeException | Error failed) {
                note(name + ": " + failed);
                LockSupport.parkNanos(AFTER_A_FAILURE.toNanos());
            }
            // A client that was held up does not hurry afterwards.
            due = Math.max(due + pace.toNanos(), System.nanoTime() - pace.toNanos());
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private void note(String failure) {
        if (failures.size() < MOST_FAILURES) {
            failures.add(failure);
        }
    }

    /** Returns true if the work has ended. */
    boolean isStopped() {
        return stopped;
    }

    /** Returns the failures so far, or the first of many. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Ends the work and waits for all threads. */
    void stop() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(PATIENCE.toSeconds()));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                note(thread.getName() + " does not end");
            }
        }
    }

    @Override
    public void close() {
        stop();
    }
}
