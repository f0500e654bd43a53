package io.discovery.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.PartitionService;

/**
 * The choice of the member that writes a registration to the backend that all share: the owner of its key. While a
 * cluster moves to that backend, or away from it, some owners do not have it; for those the oldest member that has it
 * writes, so that the backend lacks nothing meanwhile. Thread-safe; never blocks.
 */
public final class SharedWriter {

    private final SameStorage sameStorage;
    private final PartitionService partitions;

    SharedWriter(HazelcastInstance hazelcast) {
        this.sameStorage = SameStorage.of(hazelcast);
        this.partitions = hazelcast.getPartitionService();
    }

    /** Returns whether this member writes the registration with this key of the map. */
    public boolean isSelf(String key) {
        Member owner = partitions.getPartition(key).getOwner();
        if (owner == null) {
            return false;
        }
        return owner.localMember()
                || !sameStorage.isThatOf(owner)
                        && sameStorage.oldestFirst().get(0).localMember();
    }
}
