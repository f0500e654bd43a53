package io.discovery.connections;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpServerOptions;

/**
 * A handler that restricts HTTP/2 to clients that speak it from the first byte, as gRPC and Envoy do: Vert.x does not
 * free the body of a malformed request to upgrade from HTTP/1.1, however long it is. A server may ignore a request to
 * upgrade (RFC 9110, 7.8), and this handler does.
 *
 * <p>Vert.x builds the rest of the pipeline when it has seen the bytes in which the two protocols differ. So the
 * handler passes the first bytes singly, and removes the upgrade before a request can be whole.
 */
final class PriorKnowledge extends ChannelInboundHandlerAdapter {

    /** Vert.x's name of its upgrade handler. */
    private static final String UPGRADE = "h2c";

    private final HttpServerOptions options;
    private final Connection connection;

    PriorKnowledge(HttpServerOptions options, Connection connection) {
        this.options = options;
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        while (bytes.isReadable() && !isChosen(context.pipeline())) {
            context.fireChannelRead(bytes.readRetainedSlice(1));
        }
        if (isChosen(context.pipeline())) {
            if (context.pipeline().get(UPGRADE) != null) {
                context.pipeline().addBefore(UPGRADE, null, new IgnoreUpgrade());
            }
            if (context.pipeline().get(HttpRequestDecoder.class) != null) {
                HeadDecoder.replace(context.pipeline(), options, connection.heads());
            }
            context.pipeline().remove(this);
        }
        context.fireChannelRead(bytes);
    }

    private static boolean isChosen(ChannelPipeline pipeline) {
        return pipeline.get(HttpRequestDecoder.class) != null || pipeline.get(Http2ConnectionHandler.class) != null;
    }

    /** Vert.x handles an upgrade in the first request only. */
    private static final class IgnoreUpgrade extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                request.headers().remove(HttpHeaderNames.UPGRADE);
                context.pipeline().remove(this);
            }
            context.fireChannelRead(message);
        }
    }
}
