package io.discovery.cluster;

import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import com.hazelcast.spi.properties.ClusterProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over the oldest member, which ends a wait that Hazelcast 5.7 does not end.
 *
 * <p>A member that has not heard of the oldest one for some seconds sends it no more heartbeats, and waits until all
 * members that are older than itself are as silent; then it goes on without them. Hazelcast looks whether that is so
 * only when another member falls silent. If the oldest member removes the others in between, and then this one, nothing
 * is left to happen: this member waits for an oldest member that does not know it any more, takes no writes, and never
 * merges. A split about as long as the silence that members bear leaves that behind.
 *
 * <p>One thread.
 */
public final class OldestMemberWatch {

    private static final Logger log = LoggerFactory.getLogger(OldestMemberWatch.class);
    /** Looks in a row: a member that has just stood still reads the heartbeats that it was sent meanwhile. */
    private static final int LOOKS = 3;

    private final ClusterServiceImpl members;
    /** Milliseconds after which Hazelcast takes a silent member for gone. */
    private final long longestSilence;

    private int silentLooks;

    /** @param hazelcast instance of a member that has joined */
    public OldestMemberWatch(HazelcastInstance hazelcast) {
        Node node = ((HazelcastInstanceProxy) hazelcast).getOriginal().node;
        this.members = node.getClusterService();
        this.longestSilence = node.getProperties().getMillis(ClusterProperty.MAX_NO_HEARTBEAT_SECONDS);
    }

    /**
     * Makes Hazelcast look once more if the oldest member is listed, and silent for longer than members bear; to be
     * called about once a second.
     */
    public void look() {
        MemberImpl oldest = oldestOther();
        long silence = oldest == null
                ? 0
                : members.getClusterTime()
                        - members.getClusterHeartbeatManager().getLastHeartbeatTime(oldest);
        silentLooks = silence > longestSilence ? silentLooks + 1 : 0;
        if (oldest == null || silentLooks < LOOKS) {
            return;
        }
        if (silentLooks == LOOKS) {
            log.warn(
                    "the oldest member {}:{} is listed, but has sent no heartbeat for {} ms: this member goes on without it"
                            + " as soon as no other is older",
                    oldest.getAddress().getHost(),
                    oldest.getAddress().getPort(),
                    silence);
        }
        members.suspectMember(oldest, "no heartbeat for " + silence + " ms", true);
    }

    private @Nullable MemberImpl oldestOther() {
        return members.isJoined() && !members.isMaster() ? members.getMember(members.getMasterAddress()) : null;
    }
}
