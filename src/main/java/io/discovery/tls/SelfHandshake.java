package io.discovery.tls;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A handshake between two engines of this process, without a connection. */
final class SelfHandshake {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** A handshake takes about ten steps of each side. */
    private static final int MOST_STEPS = 1_000;

    private SelfHandshake() {}

    /**
     * Lets a client connect that believes everything and shows nothing.
     *
     * @throws SSLException if it could not
     */
    static void withAnyClient(SslContext server) throws SSLException {
        SSLEngine client = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build()
                .newEngine(UnpooledByteBufAllocator.DEFAULT);
        SSLEngine engine = server.newEngine(UnpooledByteBufAllocator.DEFAULT);
        engine.setNeedClientAuth(false);
        run(client, engine);
    }

    /** @throws SSLException if one side refuses the other */
    static void run(SSLEngine one, SSLEngine other) throws SSLException {
        ByteBuffer toOther = ByteBuffer.allocate(one.getSession().getPacketBufferSize());
        ByteBuffer toOne = ByteBuffer.allocate(other.getSession().getPacketBufferSize());
        one.beginHandshake();
        other.beginHandshake();
        for (int step = 0; step < MOST_STEPS; step++) {
            boolean isOneDone = step(one, toOne, toOther);
            boolean isOtherDone = step(other, toOther, toOne);
            if (isOneDone && isOtherDone && toOne.position() == 0 && toOther.position() == 0) {
                return;
            }
        }
        throw new SSLException(
                "the handshake does not end: " + one.getHandshakeStatus() + ", " + other.getHandshakeStatus());
    }

    private static boolean step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        HandshakeStatus status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
        } else if (status == HandshakeStatus.NEED_WRAP) {
            engine.wrap(NOTHING, out);
        } else {
            in.flip();
            engine.unwrap(in, ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()));
            in.compact();
        }
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }
}
