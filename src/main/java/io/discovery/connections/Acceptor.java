package io.discovery.connections;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpServerOptions;

/** A handler on the listening socket that sees each new connection before any other. */
final class Acceptor extends ChannelInboundHandlerAdapter {

    private final Connections connections;
    private final HttpServerOptions options;

    Acceptor(Connections connections, HttpServerOptions options) {
        this.connections = connections;
        this.options = options;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        Channel channel = (Channel) accepted;
        if (connections.admit(channel, options)) {
            context.fireChannelRead(channel);
        } else {
            channel.unsafe().closeForcibly();
        }
    }
}
