package io.discovery.cluster;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.ClusterState;
import com.hazelcast.core.HazelcastInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over the state of the cluster. A half of several members freezes its cluster before it merges into another:
 * no member joins, and no partition moves. If a member of the half dies or stands still in that moment, Hazelcast 5.7
 * leaves the half frozen, and a frozen half neither merges nor lets others merge into it. One thread.
 */
public final class FrozenClusterWatch {

    /** Looks for which a cluster is frozen before this watch takes it for left behind: a merge takes seconds. */
    static final int LOOKS = 40;

    private static final Logger log = LoggerFactory.getLogger(FrozenClusterWatch.class);

    private final Cluster cluster;
    private int frozenLooks;

    /** @param hazelcast instance of a member that has joined */
    public FrozenClusterWatch(HazelcastInstance hazelcast) {
        this.cluster = hazelcast.getCluster();
    }

    /**
     * Thaws a cluster that has been frozen for too long, if this member is the oldest in it; to be called about once a
     * second. Blocks while it does.
     *
     * @throws RuntimeException if another member does not agree; a later look tries again
     */
    public void look() {
        boolean isFrozen = cluster.getClusterState() == ClusterState.FROZEN
                && cluster.getMembers().iterator().next().localMember();
        frozenLooks = isFrozen ? frozenLooks + 1 : 0;
        if (frozenLooks >= LOOKS) {
            log.warn("a merge left this part of the cluster frozen: it becomes active again, and can merge");
            cluster.changeClusterState(ClusterState.ACTIVE);
        }
    }
}
