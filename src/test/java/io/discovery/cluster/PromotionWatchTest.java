package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.partition.impl.InternalPartitionServiceImpl;
import com.hazelcast.internal.partition.impl.MigrationManager;
import com.hazelcast.internal.partition.impl.PartitionStateManager;
import com.hazelcast.partition.Partition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two real members, of which the one that stays keeps permit and marks of a promotion that it lost. */
class PromotionWatchTest {

    private final List<HazelcastInstance> members = new ArrayList<>();

    @BeforeEach
    void start() {
        members.addAll(QuickMembers.start(2));
    }

    @AfterEach
    void end() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    @Test
    void partitionsOfALostMemberGetAnOwnerThoughAPromotionWasLost() {
        HazelcastInstance survivor = members.get(0);
        // Partitions have no owners before the first question.
        survivor.getPartitionService().getPartition("any").getOwner();
        await().until(() -> survivor.getPartitionService().isClusterSafe());
        assertThat(migrationsOf(survivor).acquirePromotionPermit()).isTrue();
        PartitionStateManager states = partitionsOf(survivor).getPartitionStateManager();
        for (Partition partition : survivor.getPartitionService().getPartitions()) {
            assertThat(states.trySetMigratingFlag(partition.getPartitionId())).isTrue();
        }
        List<Integer> own = ownedBy(survivor);
        PromotionWatch watch = new PromotionWatch(survivor);

        members.get(1).getLifecycleService().terminate();

        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    watch.look();
                    assertThat(ownedBy(survivor)).hasSize(partitionsOf(survivor).getPartitionCount());
                });
        assertThat(own).as("of these it may send copies").isNotEmpty().allMatch(states::isMigrating);
    }

    @Test
    void aPromotionHasAsManySecondsAsASilentMember() {
        MigrationManager migrations = migrationsOf(members.get(0));
        PromotionWatch watch = new PromotionWatch(members.get(0));
        assertThat(migrations.acquirePromotionPermit()).isTrue();

        for (int second = 0; second < 4; second++) {
            watch.look();
        }
        assertThat(migrations.acquirePromotionPermit()).isFalse();

        watch.look();
        assertThat(migrations.acquirePromotionPermit()).isTrue();
    }

    @Test
    void promotionsThatEndAreLeftAlone() {
        MigrationManager migrations = migrationsOf(members.get(0));
        PromotionWatch watch = new PromotionWatch(members.get(0));
        assertThat(migrations.acquirePromotionPermit()).isTrue();
        for (int second = 0; second < 4; second++) {
            watch.look();
        }
        migrations.releasePromotionPermit();
        watch.look();

        assertThat(migrations.acquirePromotionPermit()).isTrue();
        watch.look();
        assertThat(migrations.acquirePromotionPermit()).isFalse();
    }

    private static List<Integer> ownedBy(HazelcastInstance member) {
        return member.getPartitionService().getPartitions().stream()
                .filter(partition -> member.getCluster().getLocalMember().equals(partition.getOwner()))
                .map(Partition::getPartitionId)
                .toList();
    }

    private static MigrationManager migrationsOf(HazelcastInstance member) {
        return partitionsOf(member).getMigrationManager();
    }

    private static InternalPartitionServiceImpl partitionsOf(HazelcastInstance member) {
        var node = ((HazelcastInstanceProxy) member).getOriginal().node;
        return (InternalPartitionServiceImpl) node.getPartitionService();
    }
}
