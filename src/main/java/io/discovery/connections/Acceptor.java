package io.discovery.connections;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** On the socket that listens: sees each new connection before anybody else does. */
final class Acceptor extends ChannelInboundHandlerAdapter {

    private final Connections connections;

    Acceptor(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        Channel channel = (Channel) accepted;
        if (connections.admit(channel)) {
            context.fireChannelRead(channel);
        } else {
            channel.unsafe().closeForcibly();
        }
    }
}
