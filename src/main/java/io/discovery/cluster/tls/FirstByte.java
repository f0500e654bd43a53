package io.discovery.cluster.tls;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.networking.OutboundHandler;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The decision about a connection of a peer that may speak TLS or not: its first byte tells. Until then nothing is sent.
 * The decoder and the encoder of this class leave the connection when they have done their part.
 */
final class FirstByte {

    /** The first byte of a TLS record with a handshake; plain connections of members begin with a letter. */
    private static final byte HANDSHAKE = 0x16;

    /** Begins TLS on a connection. */
    interface Beginning {
        TlsChannel begin();
    }

    private final Beginning beginning;
    private volatile boolean isDecided;
    private volatile @Nullable TlsChannel tls;

    FirstByte(Beginning beginning) {
        this.beginning = beginning;
    }

    InboundHandler<ByteBuffer, ByteBuffer> decoder() {
        return new Decoder();
    }

    OutboundHandler<ByteBuffer, ByteBuffer> encoder() {
        return new Encoder();
    }

    private final class Decoder extends InboundHandler<ByteBuffer, ByteBuffer> {

        @Override
        public void handlerAdded() {
            initSrcBuffer(1);
        }

        @Override
        public HandlerStatus onRead() {
            if (src.hasRemaining()) {
                return HandlerStatus.CLEAN;
            }
            byte first = src.flip().get();
            if (first == HANDSHAKE) {
                TlsChannel begun = beginning.begin();
                tls = begun;
                channel.inboundPipeline().replace(this, new TlsDecoder(begun, first));
            } else {
                dst.put(first);
                channel.inboundPipeline().remove(this);
            }
            isDecided = true;
            channel.outboundPipeline().wakeup();
            return HandlerStatus.CLEAN;
        }
    }

    private final class Encoder extends OutboundHandler<ByteBuffer, ByteBuffer> {

        @Override
        public void handlerAdded() {
            initDstBuffer(1);
        }

        @Override
        public HandlerStatus onWrite() {
            if (!isDecided) {
                return HandlerStatus.BLOCKED;
            }
            TlsChannel begun = tls;
            if (begun == null) {
                channel.outboundPipeline().remove(this);
            } else {
                channel.outboundPipeline().replace(this, new TlsEncoder(begun));
            }
            return HandlerStatus.CLEAN;
        }
    }
}
