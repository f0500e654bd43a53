package io.discovery.tls;

import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The costly steps of handshakes, on a thread of their own: strangers who begin many handshakes take no more than one
 * processor, and no time of the threads that serve others. The latest step runs first, since a client that has just come
 * is still there. A step is let go, with all that it holds, when its connection ends. Thread-safe.
 */
public final class HandshakeTasks {

    private static final int IDLE_SECONDS = 10;

    private final ThreadPoolExecutor thread;

    /** @param name of the thread, which ends when there is nothing to do for a while */
    public HandshakeTasks(String name) {
        thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LatestFirst(), task -> {
            Thread named = new Thread(task, name);
            named.setDaemon(true);
            return named;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /** A step that waits for its turn. */
    public static final class Task implements Runnable {

        private final AtomicReference<Runnable> step;

        private Task(Runnable step) {
            this.step = new AtomicReference<>(step);
        }

        /** Lets go of the step, unless it has begun. */
        public void cancel() {
            step.set(null);
        }

        @Override
        public void run() {
            Runnable due = step.getAndSet(null);
            if (due != null) {
                due.run();
            }
        }
    }

    private static final class LatestFirst extends LinkedBlockingDeque<Runnable> {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return offerFirst(task);
        }
    }

    /** Adds a step, which the caller cancels when its connection ends. */
    public Task add(Runnable step) {
        Task task = new Task(step);
        thread.execute(task);
        return task;
    }
}
