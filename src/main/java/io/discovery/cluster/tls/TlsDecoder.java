package io.discovery.cluster.tls;

import static com.hazelcast.internal.networking.HandlerStatus.BLOCKED;
import static com.hazelcast.internal.networking.HandlerStatus.CLEAN;
import static com.hazelcast.internal.networking.HandlerStatus.DIRTY;

import com.hazelcast.internal.networking.ChannelOption;
import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.nio.IOUtil;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of what comes from a peer: it decrypts. Decrypted bytes wait here where the next handler has little
 * room, as the one for the first three bytes, and until the peer is accepted: one that resumes a session may send some
 * before that. Runs on the connection's thread for input.
 */
final class TlsDecoder extends InboundHandler<ByteBuffer, ByteBuffer> {

    private final TlsChannel tls;
    private final byte[] begin;
    /** Decrypted bytes that the next handler may not have yet, or has no room for. */
    private ByteBuffer waiting = ByteBuffer.allocate(0);

    /** @param begin the bytes that have been read already */
    TlsDecoder(TlsChannel tls, byte... begin) {
        this.tls = tls;
        this.begin = begin.clone();
    }

    @Override
    public void handlerAdded() {
        int packet = tls.engine().getSession().getPacketBufferSize();
        initSrcBuffer(Math.max(channel.options().getOption(ChannelOption.SO_RCVBUF), packet));
        src.put(begin);
    }

    @Override
    public HandlerStatus onRead() {
        src.flip();
        try {
            return read();
        } catch (SSLException failed) {
            src.position(src.limit());
            tls.fail(failed);
            return CLEAN;
        } finally {
            IOUtil.compactOrClear(src);
        }
    }

    private HandlerStatus read() throws SSLException {
        HandlerStatus status = null;
        while (status == null) {
            if (tls.hasFailed()) {
                src.position(src.limit());
                waiting.position(waiting.limit());
            }
            if (waiting.hasRemaining() && !tls.isOpen()) {
                return BLOCKED;
            }
            if (!handOver()) {
                return DIRTY;
            }
            status = src.hasRemaining() ? unwrap() : CLEAN;
        }
        return status;
    }

    /** Gives the next handler as many waiting bytes as it has room for; returns whether none is left. */
    private boolean handOver() {
        int count = Math.min(waiting.remaining(), dst.remaining());
        dst.put(waiting.slice().limit(count));
        waiting.position(waiting.position() + count);
        return !waiting.hasRemaining();
    }

    /** Decrypts one record; returns null if there may be more to do. */
    private @Nullable HandlerStatus unwrap() throws SSLException {
        int most = tls.engine().getSession().getApplicationBufferSize();
        boolean isRoom = tls.isOpen() && dst.remaining() >= most;
        ByteBuffer target = isRoom ? dst : ByteBuffer.allocate(most);
        SSLEngineResult result = tls.engine().unwrap(src, target);
        if (!isRoom) {
            waiting = target.flip();
        }
        return switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> CLEAN;
            case BUFFER_OVERFLOW -> throw new SSLException("a record of more than " + most + " bytes");
            case CLOSED -> {
                tls.end();
                yield CLEAN;
            }
            case OK -> afterStep(result);
        };
    }

    private @Nullable HandlerStatus afterStep(SSLEngineResult result) throws SSLException {
        boolean isProgress = result.bytesConsumed() > 0 || result.bytesProduced() > 0;
        switch (result.getHandshakeStatus()) {
            case NEED_TASK -> {
                tls.work();
                return tls.isOpen() && waiting.hasRemaining() ? DIRTY : BLOCKED;
            }
            case NEED_WRAP -> {
                tls.wakeWriter();
                return isProgress ? null : BLOCKED;
            }
            case FINISHED, NOT_HANDSHAKING -> tls.opened();
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {}
        }
        return isProgress ? null : CLEAN;
    }
}
