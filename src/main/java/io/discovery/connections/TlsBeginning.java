package io.discovery.connections;

import io.discovery.process.FairTasks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;

/**
 * A handler that begins TLS with a client's first byte: a client that connects and is silent costs no more than without
 * TLS. A client that speaks plain HTTP gets an answer that says so. Until the end of the handshake the handler stays
 * below TLS: while a costly step waits for its turn, it reads nothing from the socket, for Netty would keep all of it.
 */
final class TlsBeginning extends ChannelDuplexHandler {

    /** The first byte of a TLS record with a handshake (RFC 8446, 5.1). */
    private static final byte HANDSHAKE = 0x16;

    private static final ByteBuf NO_TLS = noTls();

    private final ClientTls tls;
    private final Connection connection;
    /** Number of costly steps that wait for their turn, or run. */
    private int waiting;

    private boolean isReadHeld;
    private boolean isOver;

    TlsBeginning(ClientTls tls, Connection connection) {
        this.tls = tls;
        this.connection = connection;
    }

    private static ByteBuf noTls() {
        String body = "{\"error\": \"given plain HTTP, expected TLS on this port: use https\"}\n";
        String response = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: "
                + body.length() + "\r\nconnection: close\r\n\r\n" + body;
        return Unpooled.unreleasableBuffer(
                Unpooled.copiedBuffer(response, StandardCharsets.US_ASCII).asReadOnly());
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the listener closes the channel, whatever became of the write
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (connection.isEncrypted()) {
            context.fireChannelRead(message);
        } else if (!(message instanceof ByteBuf bytes) || !bytes.isReadable()) {
            ReferenceCountUtil.release(message);
        } else if (bytes.getByte(bytes.readerIndex()) == HANDSHAKE) {
            connection.handshakeBegins(tls);
            context.pipeline()
                    .addAfter(
                            context.name(),
                            "ssl",
                            tls.handler(connection, context.alloc(), step -> later(context, step)));
            context.fireChannelRead(message);
        } else {
            bytes.release();
            tls.refused(context.channel().remoteAddress(), "it speaks no TLS");
            context.writeAndFlush(NO_TLS.duplicate()).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Runs a costly step on its thread, and reads on when it is done. */
    private void later(ChannelHandlerContext context, Runnable step) {
        waiting++;
        // Ends the loop in which Netty reads again and again; the next reading is held.
        context.channel().config().setAutoRead(false);
        FairTasks.Task task = tls.tasks().add(context.channel().remoteAddress(), () -> {
            try {
                step.run();
            } finally {
                context.channel().eventLoop().execute(() -> done(context));
            }
        });
        context.channel().closeFuture().addListener(closed -> task.cancel());
    }

    private void done(ChannelHandlerContext context) {
        waiting--;
        // After the handshake HTTP may have stopped the reading.
        if (waiting == 0 && !isOver) {
            readOn(context);
        }
    }

    private void readOn(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(true);
        if (isReadHeld) {
            isReadHeld = false;
            context.read();
        }
    }

    /** Leaves the connection when the handshake is over, before anything of HTTP is read. */
    static void end(ChannelPipeline pipeline) {
        ChannelHandlerContext context = pipeline.context(TlsBeginning.class);
        if (context != null && context.handler() instanceof TlsBeginning beginning) {
            beginning.isOver = true;
            beginning.readOn(context);
            pipeline.remove(beginning);
        }
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (waiting > 0 && !isOver) {
            isReadHeld = true;
        } else {
            context.read();
        }
    }
}
