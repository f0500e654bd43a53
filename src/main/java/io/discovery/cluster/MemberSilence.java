package io.discovery.cluster;

import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import com.hazelcast.spi.properties.ClusterProperty;
import org.jspecify.annotations.Nullable;

/** The time since other members' last heartbeats. Safe for all threads. */
final class MemberSilence {

    private final ClusterServiceImpl members;
    /** Milliseconds after which Hazelcast takes a silent member for gone. */
    private final long longest;

    MemberSilence(HazelcastInstance hazelcast) {
        Node node = ((HazelcastInstanceProxy) hazelcast).getOriginal().node;
        this.members = node.getClusterService();
        this.longest = node.getProperties().getMillis(ClusterProperty.MAX_NO_HEARTBEAT_SECONDS);
    }

    /** Returns the milliseconds since a member's last heartbeat; 0 without a member, or before its first heartbeat. */
    long of(@Nullable MemberImpl member) {
        long last = member == null ? 0 : members.getClusterHeartbeatManager().getLastHeartbeatTime(member);
        return last == 0 ? 0 : members.getClusterTime() - last;
    }

    /** Returns whether Hazelcast takes a member for gone that was silent for these milliseconds. */
    boolean isTooLong(long millis) {
        return millis > longest;
    }
}
