package io.discovery.connections;

import io.discovery.tls.HandshakeTasks;
import io.discovery.tls.ServerTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of all connections with clients, below HTTP: everything above it, limits included, sees what plain connections
 * show. Thread-safe.
 */
public final class ClientTls {

    /** Maximum number of connections in a handshake; one takes some 50 kB. */
    static final int MOST_HANDSHAKES = 1_000;

    /** Maximum characters of a reason: some hold what the client has sent. */
    private static final int LONGEST_REASON = 200;

    /** Minimum time between two log lines about refused clients. */
    private static final Duration LOG_PAUSE = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(ClientTls.class);

    private final Supplier<ServerTls> current;
    private final LongSupplier nanoTime;
    private final HandshakeTasks tasks = new HandshakeTasks("discovery-clients-tls");
    private final AtomicInteger handshakes = new AtomicInteger();
    private final LongAdder failed = new LongAdder();
    private final AtomicLong nextLog;

    /** @param current what new connections use */
    public ClientTls(Supplier<ServerTls> current) {
        this(current, System::nanoTime);
    }

    ClientTls(Supplier<ServerTls> current, LongSupplier nanoTime) {
        this.current = current;
        this.nanoTime = nanoTime;
        this.nextLog = new AtomicLong(nanoTime.getAsLong());
    }

    /** @param steps runs the costly steps of the handshake, by {@link #tasks} */
    SslHandler handler(Connection connection, ByteBufAllocator allocator, Executor steps) {
        return new ClientTlsHandler(current.get().engine(allocator), steps, connection);
    }

    /** Returns why the client of a session is refused, which it may have resumed; null if it is not. */
    @Nullable
    String whyRefused(SSLSession session) {
        return current.get().whyRefused(session, Instant.now());
    }

    HandshakeTasks tasks() {
        return tasks;
    }

    void handshakeBegan() {
        handshakes.incrementAndGet();
    }

    void handshakeEnded() {
        handshakes.decrementAndGet();
    }

    /** Returns whether there are more handshakes than there may be. */
    boolean isFull() {
        return handshakes.get() > MOST_HANDSHAKES;
    }

    /**
     * Counts a handshake that one side has refused, and logs some.
     *
     * @param client the address of the client
     */
    void refused(Object client, String reason) {
        failed.increment();
        long now = nanoTime.getAsLong();
        long due = nextLog.get();
        if (now - due >= 0 && nextLog.compareAndSet(due, now + LOG_PAUSE.toNanos())) {
            String words = reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "..." : reason;
            log.info("a client at {} did not get through TLS: {} ({} such clients so far)", client, words, failed());
        }
    }

    /** Returns the number of connections in a handshake. */
    public int handshakes() {
        return handshakes.get();
    }

    /** Returns the number of handshakes that one side has refused. */
    public long failed() {
        return failed.sum();
    }
}
