package io.discovery.cluster.tls;

import com.hazelcast.internal.networking.Channel;
import io.discovery.process.FairTasks;
import io.discovery.tls.HandshakeTasks;
import io.discovery.tls.MutualTls;
import io.discovery.tls.TlsException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of one connection, which its decoder and its encoder share. Each of them stops when it can do nothing before
 * the other has done something, so the one that goes on wakes the other. Thread-safe.
 */
final class TlsChannel {

    private final MutualTls tls;
    private final SSLEngine engine;
    private final Channel channel;
    private final HandshakeTasks tasks;
    private final Consumer<String> refuse;
    private final AtomicBoolean isWorking = new AtomicBoolean();
    private volatile boolean isOpen;
    private volatile @Nullable String fault;

    /**
     * Begins the handshake.
     *
     * @param tls that has made the engine
     * @param tasks runs the costly steps of the handshake
     * @param refuse ends the connection for a reason
     */
    TlsChannel(MutualTls tls, SSLEngine engine, Channel channel, HandshakeTasks tasks, Consumer<String> refuse)
            throws SSLException {
        this.tls = tls;
        this.engine = engine;
        this.channel = channel;
        this.tasks = tasks;
        this.refuse = refuse;
        engine.beginHandshake();
    }

    SSLEngine engine() {
        return engine;
    }

    /** Returns whether the handshake is over and both sides have accepted each other, as far as this one knows. */
    boolean isOpen() {
        return isOpen;
    }

    /** @throws SSLException if the peer has resumed a session, and is refused now */
    void opened() throws SSLException {
        if (!isOpen) {
            String why = engine.getUseClientMode() ? null : tls.whyRefused(engine.getSession(), Instant.now());
            if (why != null) {
                engine.closeOutbound();
                throw new SSLException("the peer is refused: " + why);
            }
            isOpen = true;
            wakeReader();
            wakeWriter();
        }
    }

    /** Runs the steps of the handshake that are due, on their thread, and then goes on. */
    void work() {
        if (isWorking.compareAndSet(false, true)) {
            FairTasks.Task waiting = tasks.add(channel.remoteSocketAddress(), () -> {
                try {
                    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                        task.run();
                    }
                } finally {
                    isWorking.set(false);
                    wakeReader();
                    wakeWriter();
                }
            });
            channel.addCloseListener(closed -> waiting.cancel());
        }
    }

    /** Records why this connection cannot go on; the encoder tells the peer, and ends it. */
    void fail(SSLException failure) {
        fault = TlsException.reason(failure);
        wakeWriter();
    }

    boolean hasFailed() {
        return fault != null;
    }

    /** Ends the connection. */
    void end() {
        refuse.accept(
                fault == null
                        ? "has closed TLS"
                        : "failed TLS: " + fault
                                + ". All members must have the same secret in CLUSTER_SECRET_FILE, or each a"
                                + " certificate of an authority in the others' CLUSTER_TLS_CA that carries CLUSTER_TLS_NAME");
    }

    void wakeReader() {
        channel.inboundPipeline().wakeup();
    }

    void wakeWriter() {
        channel.outboundPipeline().wakeup();
    }
}
