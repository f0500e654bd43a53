package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.cluster.ClusterState;
import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import io.discovery.cluster.port.MemberPort;
import io.discovery.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real members that want to join a cluster while it is frozen, as a half is before it merges into the other. */
class FrozenClusterJoinsTest {

    private final List<QuickMembers.Member> prepared =
            QuickMembers.prepare(3, config -> new MemberPort(null).start(config, attributes -> Optional.empty()));

    private final List<HazelcastInstance> members = new ArrayList<>();

    @AfterEach
    void end() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    @Test
    void aMemberWaitsUntilTheClusterIsActiveAgain() {
        members.add(prepared.get(0).start());
        members.get(0).getCluster().changeClusterState(ClusterState.FROZEN);
        try (CapturedLog log = CapturedLog.ofPackage(MemberPort.class)) {
            CompletableFuture<HazelcastInstance> joining = CompletableFuture.supplyAsync(prepared.get(1)::start);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> joining.isDone()
                            || log.messages().stream().anyMatch(line -> line.contains("wants to join")));
            assertThat(joining).isNotDone();

            members.get(0).getCluster().changeClusterState(ClusterState.ACTIVE);
            members.add(joining.join());
        }
        assertThat(members.get(0).getCluster().getMembers()).hasSize(2);
    }

    /** Hazelcast asks the same question for members that leave, and would forget which partitions they had. */
    @Test
    void aMemberThatLeavesAFrozenClusterIsMissing() {
        prepared.forEach(member -> members.add(member.start()));
        HazelcastInstance oldest = members.get(0);
        await().until(() -> oldest.getCluster().getMembers().size() == 3);
        oldest.getCluster().changeClusterState(ClusterState.FROZEN);
        HazelcastInstance leaving = members.remove(2);
        Member left = leaving.getCluster().getLocalMember();

        leaving.getLifecycleService().terminate();

        await().until(() -> oldest.getCluster().getMembers().size() == 2);
        ClusterServiceImpl service =
                ((HazelcastInstanceProxy) oldest).getOriginal().node.getClusterService();
        assertThat(service.isMissingMember(left.getAddress(), left.getUuid())).isTrue();
    }
}
