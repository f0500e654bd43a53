package io.discovery.cluster.port;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.internal.cluster.impl.JoinMessage;
import com.hazelcast.internal.cluster.impl.JoinRequest;
import com.hazelcast.internal.hotrestart.InternalHotRestartService;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerContext;
import io.discovery.cluster.tls.MemberTls;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Hazelcast's node with this package's reading of data from other members and its rules for members that join. */
final class GuardedNodeContext extends DefaultNodeContext {

    private final UnknownConnections strangers;
    private final PacketMemory memory;
    private final @Nullable MemberTls tls;
    private final Admission admission;

    GuardedNodeContext(
            UnknownConnections strangers, PacketMemory memory, @Nullable MemberTls tls, Admission admission) {
        this.strangers = strangers;
        this.memory = memory;
        this.tls = tls;
        this.admission = admission;
    }

    @Override
    public NodeExtension createNodeExtension(Node node) {
        return new Extension(node, this);
    }

    private static final class Extension extends DefaultNodeExtension {

        private final GuardedNodeContext guard;
        private final FrozenClusterJoins joins;

        Extension(Node node, GuardedNodeContext guard) {
            super(node);
            this.guard = guard;
            this.joins = new FrozenClusterJoins(node);
        }

        @Override
        public InternalHotRestartService getInternalHotRestartService() {
            return joins;
        }

        @Override
        public void onMemberListChange() {
            joins.noteMembers();
            super.onMemberListChange();
        }

        @Override
        public InboundHandler<?, ?>[] createInboundHandlers(
                EndpointQualifier qualifier, ServerConnection connection, ServerContext context) {
            return new InboundHandler<?, ?>[] {
                new BoundedPacketDecoder(
                        connection, node.nodeEngine.getPacketDispatcher(), guard.strangers, guard.memory)
            };
        }

        @Override
        public Function<EndpointQualifier, ChannelInitializer> createChannelInitializerFn(ServerContext context) {
            Function<EndpointQualifier, ChannelInitializer> others = super.createChannelInitializerFn(context);
            ChannelInitializer members = new MemberChannelInitializer(
                    context, guard.strangers, id -> node.getClusterService().getMember(id) != null, guard.tls);
            return qualifier -> EndpointQualifier.MEMBER.equals(qualifier) ? members : others.apply(qualifier);
        }

        /** Refuses a member by an exception: Hazelcast sends its message to the joining member, which then ends. */
        @Override
        public void validateJoinRequest(JoinMessage message) {
            super.validateJoinRequest(message);
            if (message instanceof JoinRequest request) {
                guard.admission.refusal(request.getAttributes()).ifPresent(reason -> {
                    throw new IllegalStateException(request.getAddress() + " may not join: " + reason);
                });
            }
        }
    }
}
