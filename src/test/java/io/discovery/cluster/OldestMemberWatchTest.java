package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.cluster.Address;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three real members that lose each other as in a split that ends when they give each other up. */
class OldestMemberWatchTest {

    private final List<HazelcastInstance> members = new ArrayList<>();

    @AfterEach
    void end() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    @Test
    void aMemberThatTheOldestHasRemovedFindsBack() {
        members.addAll(QuickMembers.start(3));
        ClusterServiceImpl oldest = clusterOf(0);
        ClusterServiceImpl youngest = clusterOf(2);
        OldestMemberWatch watch = new OldestMemberWatch(members.get(2));

        // Between two heartbeats, the youngest gives the oldest up, which then removes the second, and the youngest.
        youngest.suspectMember(youngest.getMember(addressOf(0)), "test", false);
        oldest.suspectMember(oldest.getMember(addressOf(1)), "test", false);
        await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> members.get(2).getCluster().getMembers().size() == 2);
        oldest.suspectMember(oldest.getMember(addressOf(2)), "test", false);
        assertThat(members.get(0).getCluster().getMembers()).hasSize(1);

        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    watch.look();
                    assertThat(members)
                            .allSatisfy(member ->
                                    assertThat(member.getCluster().getMembers()).hasSize(3));
                });
    }

    private ClusterServiceImpl clusterOf(int n) {
        return ((HazelcastInstanceProxy) members.get(n)).getOriginal().node.getClusterService();
    }

    private Address addressOf(int n) {
        return members.get(n).getCluster().getLocalMember().getAddress();
    }
}
