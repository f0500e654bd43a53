package io.discovery.process;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A periodic task on a thread of its own, with a pause after each run; a nudge shortens the pause. After a failure the
 * task runs again: without one of its tasks a member would look well. Only an error of the JVM ends the process.
 */
public final class PeriodicTask implements AutoCloseable {

    /** One run of the task; returns the pause after it. */
    public interface Task {
        Duration run();
    }

    private static final Logger log = LoggerFactory.getLogger(PeriodicTask.class);

    private final Task task;
    private final Duration pauseAfterFailure;
    private final Semaphore nudges = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    /** Starts at once, with a pause before the first run. */
    public PeriodicTask(String name, Duration pause, Task task) {
        this.task = task;
        this.pauseAfterFailure = pause;
        this.thread = new Thread(this::loop, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts a task with equal pauses. */
    public static PeriodicTask every(Duration pause, String name, Runnable task) {
        return new PeriodicTask(name, pause, () -> {
            task.run();
            return pause;
        });
    }

    /** Ends the current pause, or the next one; many nudges in one pause count as one. */
    public void nudge() {
        nudges.release();
    }

    private void loop() {
        Duration pause = pauseAfterFailure;
        while (pause(pause) && !closed) {
            pause = runOnce();
        }
    }

    private boolean pause(Duration pause) {
        try {
            boolean nudged = nudges.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
            if (nudged) {
                nudges.drainPermits();
            }
            return true;
        } catch (InterruptedException interrupted) {
            return false;
        }
    }

    private Duration runOnce() {
        try {
            return task.run();
        } catch (RuntimeException failed) {
            if (!closed) {
                log.warn("{} failed and will run again: {}", thread.getName(), failed.toString(), failed);
            }
        } catch (Error failed) {
            FatalErrorHandler.endIfFatal(failed);
            log.error("{} failed and will run again: {}", thread.getName(), failed.toString(), failed);
        }
        return pauseAfterFailure;
    }

    /** Prevents further runs. */
    public void stop() {
        closed = true;
        nudge();
    }

    /**
     * Prevents further runs, and waits for the one under way.
     *
     * @return whether it has ended within {@code patience}
     */
    public boolean stop(Duration patience) {
        stop();
        try {
            thread.join(patience.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    @Override
    public void close() {
        stop();
        thread.interrupt();
    }
}
