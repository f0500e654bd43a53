package io.discovery.cluster.port;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerContext;
import java.util.function.Function;

/** Hazelcast's node as it is, but for what reads from other members. */
final class GuardedNodeContext extends DefaultNodeContext {

    private final Strangers strangers;
    private final PacketMemory memory;

    GuardedNodeContext(Strangers strangers, PacketMemory memory) {
        this.strangers = strangers;
        this.memory = memory;
    }

    @Override
    public NodeExtension createNodeExtension(Node node) {
        return new Extension(node, strangers, memory);
    }

    private static final class Extension extends DefaultNodeExtension {

        private final Strangers strangers;
        private final PacketMemory memory;

        Extension(Node node, Strangers strangers, PacketMemory memory) {
            super(node);
            this.strangers = strangers;
            this.memory = memory;
        }

        @Override
        public InboundHandler<?, ?>[] createInboundHandlers(
                EndpointQualifier qualifier, ServerConnection connection, ServerContext context) {
            return new InboundHandler<?, ?>[] {
                new BoundedPacketDecoder(connection, node.nodeEngine.getPacketDispatcher(), strangers, memory)
            };
        }

        @Override
        public Function<EndpointQualifier, ChannelInitializer> createChannelInitializerFn(ServerContext context) {
            Function<EndpointQualifier, ChannelInitializer> others = super.createChannelInitializerFn(context);
            ChannelInitializer members = new MemberChannelInitializer(
                    context, strangers, id -> node.getClusterService().getMember(id) != null);
            return qualifier -> EndpointQualifier.MEMBER.equals(qualifier) ? members : others.apply(qualifier);
        }
    }
}
