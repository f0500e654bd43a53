package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.cluster.MembershipAdapter;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real members, of which one forgets the oldest as Hazelcast lets it when it has joined between two questions. */
class OldestMemberAddressWatchTest {

    private final List<QuickMembers.Member> prepared = QuickMembers.prepare(3);
    private final List<HazelcastInstance> members = new ArrayList<>();

    @BeforeEach
    void startTwo() {
        prepared.subList(0, 2).forEach(member -> members.add(member.start()));
        await().until(() -> membersSeenBy(members.get(0)) == 2);
    }

    @AfterEach
    void end() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    @Test
    void aMemberThatForgotTheOldestStaysInTheClusterWhenAnotherJoins() {
        HazelcastInstance forgetful = members.get(1);
        forgetTheOldest(forgetful);
        Queue<MembershipEvent> losses = new ConcurrentLinkedQueue<>();
        members.get(0).getCluster().addMembershipListener(new MembershipAdapter() {
            @Override
            public void memberRemoved(MembershipEvent loss) {
                losses.add(loss);
            }
        });

        new OldestMemberAddressWatch(forgetful).look();
        members.add(prepared.get(2).start());

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(members)
                        .extracting(OldestMemberAddressWatchTest::membersSeenBy)
                        .containsOnly(3));
        assertThat(losses).isEmpty();
        assertThat(members)
                .allMatch(member -> member.getPartitionService().forceLocalMemberToBeSafe(10, TimeUnit.SECONDS));
    }

    @Test
    void theOldestMemberItselfIsLeftAlone() {
        new OldestMemberAddressWatch(members.get(0)).look();

        assertThat(serviceOf(members.get(0)).isMaster()).isTrue();
    }

    @Test
    void aMemberThatKnowsTheOldestIsLeftAlone() {
        new OldestMemberAddressWatch(members.get(1)).look();

        assertThat(serviceOf(members.get(1)).getMasterAddress())
                .isEqualTo(members.get(0).getCluster().getLocalMember().getAddress());
    }

    /** Does what a member that joins does before each question, whether it has joined meanwhile or not. */
    private static void forgetTheOldest(HazelcastInstance member) {
        serviceOf(member).setMasterAddressToJoin(null);
        assertThat(serviceOf(member).getMasterAddress()).isNull();
    }

    private static int membersSeenBy(HazelcastInstance member) {
        return member.getCluster().getMembers().size();
    }

    private static ClusterServiceImpl serviceOf(HazelcastInstance member) {
        return ((HazelcastInstanceProxy) member).getOriginal().node.getClusterService();
    }
}
