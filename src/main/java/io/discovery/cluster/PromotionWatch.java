package io.discovery.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.partition.impl.InternalPartitionServiceImpl;
import com.hazelcast.internal.partition.impl.MigrationManager;
import com.hazelcast.internal.partition.impl.PartitionStateManager;
import com.hazelcast.spi.properties.ClusterProperty;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over the promotion of backups, which ends a wait that Hazelcast 5.7 does not end.
 *
 * <p>If a member is lost, the oldest one asks each of those that have backups to promote them. A member promotes one
 * batch at a time, for which it takes a permit and marks the partitions, and does so in stages. A stage that begins
 * later than a silent member is waited for is refused, by the clock of the batch. So a member that stands still in
 * between loses the batch, and keeps permit and marks: it refuses each repetition. The oldest member repeats it for
 * ever, and does nothing else meanwhile: partitions of lost members have no owner, and no member can change what is in
 * them.
 *
 * <p>After that time no further stage of a batch begins, so it cannot end any more if it has not: this class takes the
 * permit back, and the marks of partitions that do not move. The repetition of a batch promotes what is left of it. One
 * thread.
 */
public final class PromotionWatch {

    private static final Logger log = LoggerFactory.getLogger(PromotionWatch.class);

    private final InternalPartitionServiceImpl partitions;
    private final MigrationManager migrations;
    /** The longest time in seconds, and looks, from the beginning of a batch to that of its last stage. */
    private final long longest;

    /** Looks in a row that found the permit taken. They count instead of seconds: in a standstill nothing goes on. */
    private int looks;
    /** The partition table at the last look: a batch that ends changes it. */
    private long table;

    /** @param hazelcast instance of a member that has joined */
    public PromotionWatch(HazelcastInstance hazelcast) {
        var node = ((HazelcastInstanceProxy) hazelcast).getOriginal().node;
        this.partitions = (InternalPartitionServiceImpl) node.getPartitionService();
        this.migrations = partitions.getMigrationManager();
        this.longest = TimeUnit.MILLISECONDS.toSeconds(
                node.getProperties().getMillis(ClusterProperty.MAX_NO_HEARTBEAT_SECONDS));
    }

    /** Gives up a batch that is lost; to be called about once a second. */
    public void look() {
        // A batch that comes between these two is refused, and repeated within some 50 ms.
        if (migrations.acquirePromotionPermit()) {
            migrations.releasePromotionPermit();
            looks = 0;
            return;
        }
        long now = partitions.getPartitionStateStamp();
        looks = now == table ? looks + 1 : 1;
        table = now;
        if (looks > longest) {
            log.warn(
                    "a promotion of backups has not ended within {} s: this member stood still, or its machine is"
                            + " overloaded; the promotion is given up, and will be repeated",
                    longest);
            giveUp();
            looks = 0;
        }
    }

    private void giveUp() {
        PartitionStateManager states = partitions.getPartitionStateManager();
        for (int partition = 0; partition < partitions.getPartitionCount(); partition++) {
            if (states.isMigrating(partition) && !isMoving(partition)) {
                states.clearMigratingFlag(partition);
            }
        }
        migrations.releasePromotionPermit();
    }

    /** Returns whether the mark is that of a migration, or of a copy that this member sends of what it owns. */
    private boolean isMoving(int partition) {
        return migrations.getActiveMigration(partition) != null
                || migrations.isFinalizingMigrationRegistered(partition)
                || partitions.getPartition(partition, false).isLocal();
    }
}
