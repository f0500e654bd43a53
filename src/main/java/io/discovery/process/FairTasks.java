package io.discovery.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Costly tasks on a thread of their own: strangers who cause many take no more than one processor, and no time of the
 * threads that serve others. The sources from which tasks come take turns, so a client elsewhere waits for one task of a
 * stranger's, however many there are. Of the tasks of one source the latest runs first, since a client that has just come
 * is still there. A task that is let go holds nothing more. Thread-safe.
 */
public final class FairTasks {

    private static final int IDLE_SECONDS = 10;

    private final ThreadPoolExecutor thread;
    /** The tasks that wait, the latest first, by where they come from; the first entry's turn is next. */
    private final Map<Object, Deque<Task>> waiting = new LinkedHashMap<>();

    /** @param name of the thread, which ends when there is nothing to do for a while */
    public FairTasks(String name) {
        thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread named = new Thread(task, name);
            named.setDaemon(true);
            return named;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /** A task that waits for its turn. */
    public static final class Task {

        private final AtomicReference<@Nullable Runnable> step;

        private Task(Runnable step) {
            this.step = new AtomicReference<>(step);
        }

        /** Lets go of the task, unless it has begun. */
        public void cancel() {
            step.set(null);
        }

        private void run() {
            Runnable due = step.getAndSet(null);
            if (due != null) {
                due.run();
            }
        }
    }

    /**
     * Adds a task, which the caller may cancel.
     *
     * @param source where it comes from, such as an address
     */
    public Task add(Object source, Runnable step) {
        Task task = new Task(step);
        synchronized (waiting) {
            waiting.computeIfAbsent(source, first -> new ArrayDeque<>()).addFirst(task);
        }
        // For each task there is one such call.
        thread.execute(() -> next().run());
        return task;
    }

    private Task next() {
        synchronized (waiting) {
            Iterator<Map.Entry<Object, Deque<Task>>> entries =
                    waiting.entrySet().iterator();
            Map.Entry<Object, Deque<Task>> first = entries.next();
            entries.remove();
            Task task = first.getValue().removeFirst();
            if (!first.getValue().isEmpty()) {
                waiting.put(first.getKey(), first.getValue());
            }
            return task;
        }
    }
}
