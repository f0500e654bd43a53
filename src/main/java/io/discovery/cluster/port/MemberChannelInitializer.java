package io.discovery.cluster.port;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.ProtocolType;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.networking.OutboundHandler;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerContext;
import com.hazelcast.internal.server.tcp.MemberProtocolEncoder;
import com.hazelcast.internal.server.tcp.SingleProtocolDecoder;
import com.hazelcast.internal.server.tcp.SingleProtocolEncoder;
import io.discovery.cluster.tls.MemberTls;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An initializer of connections between members. It works as Hazelcast's initializer of the same name does, and hands
 * each connection that another process opens to {@link UnknownConnections}. A connection that begins with other bytes
 * than a member's ends without the answer and the stack trace that Hazelcast has for it.
 */
final class MemberChannelInitializer implements ChannelInitializer {

    private final ServerContext context;
    private final UnknownConnections strangers;
    private final Predicate<UUID> members;
    private final @Nullable MemberTls tls;

    MemberChannelInitializer(
            ServerContext context, UnknownConnections strangers, Predicate<UUID> members, @Nullable MemberTls tls) {
        this.tls = tls;
        this.context = context;
        this.strangers = strangers;
        this.members = members;
    }

    @Override
    public void initChannel(Channel channel) {
        ServerConnection connection =
                Objects.requireNonNull((ServerConnection) channel.attributeMap().get(ServerConnection.class));
        OutboundHandler<?, ?>[] outbound = context.createOutboundHandlers(EndpointQualifier.MEMBER, connection);
        InboundHandler<?, ?>[] inbound = context.createInboundHandlers(EndpointQualifier.MEMBER, connection);
        MemberTls.Handlers tlsHandlers = tlsHandlers(channel, connection);
        if (tlsHandlers != null) {
            channel.inboundPipeline().addLast(tlsHandlers.decoder());
        }
        if (channel.isClientMode()) {
            SingleProtocolEncoder encoder = new SingleProtocolEncoder(outbound);
            channel.outboundPipeline().addLast(new MemberProtocolEncoder(encoder));
            channel.inboundPipeline().addLast(new SingleProtocolDecoder(ProtocolType.MEMBER, inbound, encoder));
        } else {
            strangers.accepted(connection, members);
            SingleProtocolEncoder encoder = new SingleProtocolEncoder(new MemberProtocolEncoder(outbound));
            channel.outboundPipeline().addLast(encoder);
            channel.inboundPipeline().addLast(new FirstBytes(inbound, encoder, connection, strangers));
        }
        if (tlsHandlers != null) {
            channel.outboundPipeline().addLast(tlsHandlers.encoder());
        }
    }

    private MemberTls.@Nullable Handlers tlsHandlers(Channel channel, ServerConnection connection) {
        if (tls == null) {
            return null;
        }
        return channel.isClientMode()
                ? tls.dial(channel, fault -> strangers.refuse(connection, fault))
                : tls.accept(channel, fault -> strangers.refuse(connection, fault));
    }

    private static final class FirstBytes extends SingleProtocolDecoder {

        private final ServerConnection connection;
        private final UnknownConnections strangers;

        FirstBytes(
                InboundHandler<?, ?>[] next,
                SingleProtocolEncoder encoder,
                ServerConnection connection,
                UnknownConnections strangers) {
            super(ProtocolType.MEMBER, next, encoder);
            this.connection = connection;
            this.strangers = strangers;
        }

        @Override
        protected boolean verifyProtocol(String incoming) {
            if (incoming.equals(ProtocolType.MEMBER.getDescriptor())) {
                return super.verifyProtocol(incoming);
            }
            verifyProtocolCalled = true;
            strangers.refuse(connection, "does not begin as members do");
            return false;
        }
    }
}
