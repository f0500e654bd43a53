package io.discovery.tls;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread for the costly steps of handshakes, so that strangers who begin many of them take no more than one processor,
 * and no time of the threads that serve others. The number of connections in a handshake bounds what waits for it.
 */
public final class HandshakeThread {

    private static final int IDLE_SECONDS = 10;

    private HandshakeThread() {}

    /** Returns one, which ends when there is nothing to do for a while. */
    public static Executor named(String name) {
        ThreadPoolExecutor thread =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread named = new Thread(task, name);
                    named.setDaemon(true);
                    return named;
                });
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }
}
