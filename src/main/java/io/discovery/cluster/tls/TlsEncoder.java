package io.discovery.cluster.tls;

import static com.hazelcast.internal.networking.HandlerStatus.BLOCKED;
import static com.hazelcast.internal.networking.HandlerStatus.CLEAN;
import static com.hazelcast.internal.networking.HandlerStatus.DIRTY;

import com.hazelcast.internal.networking.ChannelOption;
import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.OutboundHandler;
import com.hazelcast.internal.nio.IOUtil;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The last handler of what goes to a peer: it encrypts. Until the handshake is over it lets nothing through. After a
 * fault it sends the peer the alert that says which, and ends the connection. Runs on one thread at a time.
 */
final class TlsEncoder extends OutboundHandler<ByteBuffer, ByteBuffer> {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsChannel tls;
    private final int mostOfRecord;

    TlsEncoder(TlsChannel tls) {
        this.tls = tls;
        this.mostOfRecord = tls.engine().getSession().getPacketBufferSize();
    }

    @Override
    public void handlerAdded() {
        initDstBuffer(Math.max(channel.options().getOption(ChannelOption.SO_SNDBUF), mostOfRecord));
    }

    @Override
    public HandlerStatus onWrite() {
        IOUtil.compactOrClear(dst);
        try {
            if (tls.hasFailed()) {
                return tellFault();
            }
            HandlerStatus wait = tls.isOpen() ? null : shakeHands();
            return wait == null ? encrypt() : wait;
        } catch (SSLException failed) {
            tls.fail(failed);
            return DIRTY;
        } finally {
            dst.flip();
        }
    }

    /** Returns null when the handshake is over. */
    private @Nullable HandlerStatus shakeHands() throws SSLException {
        while (!tls.isOpen()) {
            HandshakeStatus due = tls.engine().getHandshakeStatus();
            if (due == HandshakeStatus.NEED_TASK) {
                tls.work();
                return BLOCKED;
            } else if (due == HandshakeStatus.NEED_UNWRAP || due == HandshakeStatus.NEED_UNWRAP_AGAIN) {
                return BLOCKED;
            } else if (due != HandshakeStatus.NEED_WRAP) {
                tls.opened();
            } else if (dst.remaining() < mostOfRecord) {
                return DIRTY;
            } else {
                tls.engine().wrap(NOTHING, dst);
                tls.wakeReader();
            }
        }
        return null;
    }

    private HandlerStatus encrypt() throws SSLException {
        while (src.hasRemaining() || tls.engine().getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            if (dst.remaining() < mostOfRecord) {
                return DIRTY;
            }
            SSLEngineResult result = tls.engine().wrap(src, dst);
            if (result.getStatus() == Status.CLOSED) {
                tls.end();
                return CLEAN;
            }
        }
        return CLEAN;
    }

    /** Sends the alert, and ends the connection when it has gone. */
    private HandlerStatus tellFault() {
        while (!tls.engine().isOutboundDone() && dst.remaining() >= mostOfRecord && wrapsAlert()) {
            // The next one, if there is another.
        }
        if (dst.position() > 0) {
            return DIRTY;
        }
        tls.end();
        return CLEAN;
    }

    private boolean wrapsAlert() {
        try {
            return tls.engine().wrap(NOTHING, dst).bytesProduced() > 0;
        } catch (SSLException told) {
            return false;
        }
    }
}
