package io.discovery.cluster.port;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;

/**
 * What protects the port on which a member speaks with its peers, and what there is to tell of it. One for each Hazelcast that is
 * started. Safe for all threads.
 */
public final class MemberPort {

    private final UnknownConnections strangers = new UnknownConnections(System::nanoTime);
    private final PacketMemory memory = new PacketMemory(Runtime.getRuntime().maxMemory());

    /** Starts Hazelcast behind this guard: joins, or forms a cluster. Blocks, and throws what Hazelcast throws. */
    public HazelcastInstance start(Config config, Admission admission) {
        return HazelcastInstanceFactory.newHazelcastInstance(
                config, config.getInstanceName(), new GuardedNodeContext(strangers, memory, admission));
    }

    /** Ends connections whose peers have had their time to become members; to be called about once a second. */
    public void look() {
        strangers.look();
    }

    /** Connections that others have opened and whose peers are not members, or not yet. */
    public int strangers() {
        return strangers.count();
    }

    /** How many connections this member has ended because of what they sent, or did not send, or how many they were. */
    public long refused() {
        return strangers.refused();
    }

    /** The size of the largest packet that any member has sent, in bytes. */
    public long largestPacket() {
        return memory.largest();
    }

    /** Memory of packets of which a part has not come yet, in bytes. */
    public long unfinishedBytes() {
        return memory.held();
    }
}
