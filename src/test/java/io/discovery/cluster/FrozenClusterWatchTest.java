package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.ClusterState;
import com.hazelcast.core.HazelcastInstance;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two real members of which one dies while their half of a split is frozen for a merge. */
class FrozenClusterWatchTest {

    private final List<HazelcastInstance> members = QuickMembers.start(2);

    @AfterEach
    void end() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    @Test
    void aClusterThatIsFrozenForLongBecomesActive() {
        Cluster cluster = members.get(0).getCluster();
        FrozenClusterWatch oldest = new FrozenClusterWatch(members.get(0));
        FrozenClusterWatch other = new FrozenClusterWatch(members.get(1));
        cluster.changeClusterState(ClusterState.FROZEN);

        for (int n = 0; n < FrozenClusterWatch.LOOKS; n++) {
            assertThat(cluster.getClusterState()).isEqualTo(ClusterState.FROZEN);
            other.look();
            oldest.look();
        }

        assertThat(members)
                .allSatisfy(member ->
                        assertThat(member.getCluster().getClusterState()).isEqualTo(ClusterState.ACTIVE));
    }

    @Test
    void theLastMemberOfAFrozenHalfThawsIt() {
        FrozenClusterWatch left = new FrozenClusterWatch(members.get(1));
        members.get(0).getCluster().changeClusterState(ClusterState.FROZEN);
        members.get(0).getLifecycleService().terminate();
        Cluster cluster = members.get(1).getCluster();
        await().until(() -> cluster.getMembers().size() == 1);

        for (int n = 0; n < FrozenClusterWatch.LOOKS; n++) {
            left.look();
        }

        assertThat(cluster.getClusterState()).isEqualTo(ClusterState.ACTIVE);
    }
}
