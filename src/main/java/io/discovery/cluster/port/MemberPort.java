package io.discovery.cluster.port;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import io.discovery.cluster.tls.MemberTls;
import org.jspecify.annotations.Nullable;

/**
 * The protection of the port on which a member speaks with its peers, with figures for metrics. Each Hazelcast instance
 * has one. Thread-safe.
 */
public final class MemberPort {

    private final UnknownConnections strangers = new UnknownConnections(System::nanoTime);
    private final PacketMemory memory = new PacketMemory(Runtime.getRuntime().maxMemory());
    private final @Nullable MemberTls tls;

    /** @param tls the TLS of connections between members; null for none */
    public MemberPort(@Nullable MemberTls tls) {
        this.tls = tls;
    }

    /** Starts Hazelcast behind this protection: joins or forms a cluster. Blocks, and throws what Hazelcast throws. */
    public HazelcastInstance start(Config config, Admission admission) {
        return HazelcastInstanceFactory.newHazelcastInstance(
                config, config.getInstanceName(), new GuardedNodeContext(strangers, memory, tls, admission));
    }

    /** Ends connections whose peers have had their time to become members; to be called about once a second. */
    public void look() {
        strangers.look();
        if (tls != null) {
            tls.look();
        }
    }

    /** Returns the TLS of connections between members; null if there is none. */
    public @Nullable MemberTls tls() {
        return tls;
    }

    /**
     * Returns the number of connections that other processes have opened and whose peers are not members, or not yet.
     */
    public int strangers() {
        return strangers.count();
    }

    /**
     * Returns the number of connections that this member has ended because of the data they sent, or did not send, or
     * because there were too many.
     */
    public long refused() {
        return strangers.refused();
    }

    /** Returns the size of the largest packet that any member has sent, in bytes. */
    public long largestPacket() {
        return memory.largest();
    }

    /** Returns the memory of packets that have come in part, in bytes. */
    public long unfinishedBytes() {
        return memory.held();
    }
}
