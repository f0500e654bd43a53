package io.discovery.tls;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The costly steps of handshakes, on a thread of their own: strangers who begin many handshakes take no more than one
 * processor, and no time of the threads that serve others. The addresses from which steps come take turns, so a client
 * elsewhere waits for one step of a stranger's, however many there are. Of the steps of one address the latest runs
 * first, since a client that has just come is still there. A step is let go, with all that it holds, when its connection
 * ends. Thread-safe.
 */
public final class HandshakeTasks {

    private static final int IDLE_SECONDS = 10;

    private final ThreadPoolExecutor thread;
    /** The steps that wait, the latest first, by where they come from; the first entry's turn is next. */
    private final Map<Object, Deque<Task>> waiting = new LinkedHashMap<>();

    /** @param name of the thread, which ends when there is nothing to do for a while */
    public HandshakeTasks(String name) {
        thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread named = new Thread(task, name);
            named.setDaemon(true);
            return named;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /** A step that waits for its turn. */
    public static final class Task {

        private final AtomicReference<Runnable> step;

        private Task(Runnable step) {
            this.step = new AtomicReference<>(step);
        }

        /** Lets go of the step, unless it has begun. */
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
     * Adds a step, which the caller cancels when its connection ends.
     *
     * @param from the other side of the connection
     */
    public Task add(SocketAddress from, Runnable step) {
        Task task = new Task(step);
        synchronized (waiting) {
            waiting.computeIfAbsent(source(from), first -> new ArrayDeque<>()).addFirst(task);
        }
        // For each step there is one such call.
        thread.execute(() -> next().run());
        return task;
    }

    /** Returns the address, or of IPv6 the network, whose 64 bits come first: a client may have all addresses in it. */
    private static Object source(SocketAddress from) {
        InetAddress address = from instanceof InetSocketAddress socket ? socket.getAddress() : null;
        if (address instanceof Inet6Address) {
            return ByteBuffer.wrap(address.getAddress()).getLong();
        }
        return address == null ? from : address;
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
