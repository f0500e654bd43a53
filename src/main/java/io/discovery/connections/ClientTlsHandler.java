package io.discovery.connections;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * TLS of one connection, which ends if the client keeps TLS busy with itself. A client may ask for new keys at any time
 * (RFC 8446, 4.6.3), at the cost of a record of 27 bytes; the member makes new ones, and answers, on the event loop that
 * other clients share. An honest client asks after billions of bytes.
 */
final class ClientTlsHandler extends SslHandler {

    /** Maximum number of records after the handshake that bring nothing for HTTP; clients send hardly any. */
    static final int MOST_EMPTY = 100;

    private final Connection connection;
    private int empty;

    /** @param steps runs the costly steps of the handshake */
    ClientTlsHandler(SSLEngine engine, Executor steps, Connection connection) {
        super(engine, steps);
        this.connection = connection;
        // The connection itself has a time limit for the handshake.
        setHandshakeTimeoutMillis(0);
    }

    /** Decrypts a record: Netty calls it for each, where TLS is Java's. */
    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws SSLException {
        if (empty > MOST_EMPTY) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int before = in.readableBytes();
        long read = connection.reads();
        super.decode(context, in, out);
        boolean isEmpty = in.readableBytes() < before && connection.reads() == read;
        if (isEmpty && handshakeFuture().isSuccess() && ++empty > MOST_EMPTY) {
            connection.end(CloseReason.HANDSHAKE);
        }
    }
}
