package io.discovery.cluster.port;

import com.hazelcast.cluster.Address;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.cluster.ClusterService;
import com.hazelcast.internal.hotrestart.NoopInternalHotRestartService;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rule for members that want to join while the cluster is frozen, as a half of a split is for a moment before it merges
 * into the other: they get no response, and ask again a second later. Hazelcast would tell them that the cluster takes no
 * members, on which they end.
 *
 * <p>Hazelcast asks its restart from disk which members are to be left without a response; there is none here. Hazelcast
 * calls all methods with its lock on the cluster.
 */
final class FrozenClusterJoins extends NoopInternalHotRestartService {

    private static final Logger log = LoggerFactory.getLogger(FrozenClusterJoins.class);
    /** Minimum time between two log lines: unknown clients must not fill the log. */
    private static final Duration LOG_PAUSE = Duration.ofSeconds(10);

    private final Node node;
    /**
     * The members before the change of their list that is under way. While the cluster is frozen, also those that have
     * gone meanwhile: one list may lack several, and Hazelcast tells of one after the other.
     */
    private volatile Set<UUID> members = Set.of();

    private volatile @Nullable Long loggedAt;

    FrozenClusterJoins(Node node) {
        this.node = node;
    }

    /** Records that members have come or gone. */
    void noteMembers() {
        ClusterService cluster = node.getClusterService();
        Stream<UUID> before = cluster.getClusterState().isJoinAllowed() ? Stream.empty() : members.stream();
        Stream<UUID> now = cluster.getMembers().stream().map(member -> member.getUuid());
        members = Stream.concat(before, now).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns whether a member has to wait. Hazelcast also asks for members that leave, which are known. */
    @Override
    public boolean isMemberExcluded(Address address, UUID id) {
        return !node.getClusterService().getClusterState().isJoinAllowed() && !members.contains(id);
    }

    @Override
    public void notifyExcludedMember(Address address) {
        Long last = loggedAt;
        long now = System.nanoTime();
        if (last == null || now - last >= LOG_PAUSE.toNanos()) {
            loggedAt = now;
            log.info("{} wants to join, and has to wait: this cluster is frozen, as before a merge", address);
        }
    }
}
