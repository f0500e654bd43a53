package io.discovery.process;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
    /** The tasks that wait, by number, and by where they come from; the first entry's turn is next. */
    private final Map<Object, NavigableMap<Long, Runnable>> waiting = new LinkedHashMap<>();

    private long lastNumber;
    /** The thread takes one task after the other, or is about to. */
    private boolean isRunning;

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
    public final class Task {

        private final Object source;
        private final long number;

        private Task(Object source, long number) {
            this.source = source;
            this.number = number;
        }

        /** Lets go of the task, unless it has begun. */
        public void cancel() {
            synchronized (waiting) {
                NavigableMap<Long, Runnable> ofSource = waiting.get(source);
                if (ofSource != null && ofSource.remove(number) != null && ofSource.isEmpty()) {
                    waiting.remove(source);
                }
            }
        }
    }

    /**
     * Adds a task, which the caller may cancel.
     *
     * @param source where it comes from, such as an address
     */
    public Task add(Object source, Runnable step) {
        synchronized (waiting) {
            lastNumber++;
            waiting.computeIfAbsent(source, first -> new TreeMap<>()).put(lastNumber, step);
            if (!isRunning) {
                // Throws if the system has no thread left: the next task tries again.
                thread.execute(this::run);
                isRunning = true;
            }
            return new Task(source, lastNumber);
        }
    }

    private void run() {
        boolean isThereMore = true;
        try {
            for (Runnable next = next(); next != null; next = next()) {
                next.run();
            }
            isThereMore = false;
        } finally {
            if (isThereMore) {
                // The task failed, and its thread ends with it.
                goOn();
            }
        }
    }

    private void goOn() {
        synchronized (waiting) {
            isRunning = false;
            thread.execute(this::run);
            isRunning = true;
        }
    }

    /** Returns the task whose turn it is; null if there is none, and then the next one that comes starts a run. */
    private @Nullable Runnable next() {
        synchronized (waiting) {
            Iterator<Map.Entry<Object, NavigableMap<Long, Runnable>>> entries =
                    waiting.entrySet().iterator();
            if (!entries.hasNext()) {
                isRunning = false;
                return null;
            }
            Map.Entry<Object, NavigableMap<Long, Runnable>> first = entries.next();
            entries.remove();
            Runnable latest = first.getValue().pollLastEntry().getValue();
            if (!first.getValue().isEmpty()) {
                waiting.put(first.getKey(), first.getValue());
            }
            return latest;
        }
    }
}
