package io.discovery.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.IMap;
import io.discovery.cluster.port.MemberPort;
import io.discovery.config.Settings;
import io.discovery.model.Buckets;
import io.discovery.registry.Membership;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This member's place in the cluster. Made by {@link #join}, which blocks until it is a member; ended by
 * {@code HazelcastInstance.shutdown}, which hands over what it owns.
 */
public final class HazelcastCluster implements Membership {

    /** Who is to know that this member merges into another part of the cluster. Called on one of Hazelcast's threads. */
    public interface Merges {
        /** It leaves its own part. */
        void begin();

        /** It has become one of the other part's, or has failed to. */
        void end();

        /** Whether the cluster's map may lack what members' read copies have. */
        boolean isMapBehind();
    }

    /** For so long at least peers wait for a member that gives no sign; then they go on without it. */
    public static final Duration PATIENCE = HazelcastConfig.PATIENCE;

    private static final Logger log = LoggerFactory.getLogger(HazelcastCluster.class);
    /** Who has loaded its backend says so again and again; a note that nobody renews is of a member that is gone. */
    private static final int NOTE_TTL_SECONDS = 30;

    /** A stop takes about a minute at most. */
    private static final int STOP_NOTE_TTL_SECONDS = 120;

    /** The key of the one note in its map. */
    private static final String SHARED = "shared";

    private final HazelcastInstance hazelcast;
    private final SharedQuestion safety;
    private final SharedSettings agreement;
    private final AtomicLong losses = new AtomicLong();
    /** Before anybody listens to unrest nobody answers what it is for. */
    private volatile BooleanSupplier mapIsBehind = () -> false;

    private HazelcastCluster(HazelcastInstance hazelcast, Vertx blocking, SharedSettings agreement) {
        this.hazelcast = hazelcast;
        this.safety = new SharedQuestion(
                blocking,
                () -> hazelcast.getPartitionService().isClusterSafe(),
                () -> hazelcast.getCluster().getMembers(),
                System::nanoTime);
        this.agreement = agreement;
    }

    /**
     * Joins the members that can be found, or forms a cluster alone. Blocks, for seconds if peers are slow.
     *
     * @param maps adds the registry's own data structures
     * @param version this program's
     * @param port guards the members' port
     * @throws ClusterException if it cannot, or if a member that is there has other settings
     */
    public static HazelcastInstance join(Settings settings, Consumer<Config> maps, String version, MemberPort port) {
        return join(settings, maps, WireVersion.of(version), port);
    }

    static HazelcastInstance join(Settings settings, Consumer<Config> maps, WireVersion version, MemberPort port) {
        MonotonicClock.install();
        Config config = HazelcastConfig.of(settings.cluster());
        maps.accept(config);
        SharedSettings agreement = SharedSettings.of(settings);
        SharedSettings wished = SharedSettings.wished(settings);
        agreement.values().forEach(config.getMemberAttributeConfig()::setAttribute);
        wished.values().forEach(config.getMemberAttributeConfig()::setAttribute);
        version.tellIn(config.getMemberAttributeConfig());
        HazelcastInstance hazelcast;
        try {
            hazelcast = port.start(config, version::refusalOf);
        } catch (RuntimeException failed) {
            throw new ClusterException("cannot join or form the cluster: " + failed.getMessage(), failed);
        }
        refuseIfStrange(hazelcast, version);
        refuseIfDifferent(hazelcast, agreement);
        warnIfDifferent(hazelcast, wished);
        return hazelcast;
    }

    private static void warnIfDifferent(HazelcastInstance hazelcast, SharedSettings wished) {
        Member self = hazelcast.getCluster().getLocalMember();
        for (Member other : hazelcast.getCluster().getMembers()) {
            String differences = wished.differencesFrom(other.getAttributes());
            if (!other.equals(self) && !differences.isEmpty()) {
                log.warn(
                        "{} has other settings: {}; give all members the same, or their lists may differ",
                        address(other),
                        differences);
            }
        }
    }

    /** The oldest member has looked at this one; one that cannot know of forms has not. */
    private static void refuseIfStrange(HazelcastInstance hazelcast, WireVersion version) {
        for (Member other : hazelcast.getCluster().getMembers()) {
            version.refusalOf(other.getAttributes()).ifPresent(reason -> {
                hazelcast.getLifecycleService().terminate();
                throw new ClusterException("it cannot be in one cluster with " + address(other) + ": " + reason);
            });
        }
    }

    private static void refuseIfDifferent(HazelcastInstance hazelcast, SharedSettings agreement) {
        Member self = hazelcast.getCluster().getLocalMember();
        for (Member other : hazelcast.getCluster().getMembers()) {
            String differences = agreement.differencesFrom(other.getAttributes());
            if (!other.equals(self) && !differences.isEmpty()) {
                hazelcast.getLifecycleService().terminate();
                throw new ClusterException("this member's settings differ from those of " + address(other) + ": "
                        + differences + "; all members must agree");
            }
        }
    }

    /** The cluster that {@code hazelcast} is in; {@code blocking} runs what blocks. */
    public static HazelcastCluster of(HazelcastInstance hazelcast, Vertx blocking, Settings settings) {
        return new HazelcastCluster(hazelcast, blocking, SharedSettings.of(settings));
    }

    /**
     * Calls {@code listener} when copies may have been lost or may differ: a member came or went, halves merged. Tells
     * {@code merges} before, if it is this member's half that merges into the other. Calls {@code expelled} with the reason when this member is no use any more: a merge brought it among others with
     * different settings, or Hazelcast ended, by order or by itself. Both on Hazelcast's event threads.
     */
    public void onUnrest(Runnable listener, Merges merges, Consumer<String> expelled) {
        mapIsBehind = merges::isMapBehind;
        hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                listener.run();
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                listener.run();
            }
        });
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleState.MERGING) {
                merges.begin();
            } else if (event.getState() == LifecycleState.MERGE_FAILED) {
                merges.end();
                listener.run();
            } else if (event.getState() == LifecycleState.MERGED) {
                merges.end();
                differencesFromOldest().ifPresentOrElse(expelled, listener);
            } else if (event.getState() == LifecycleState.SHUTDOWN) {
                expelled.accept("Hazelcast has stopped");
            }
        });
        // It may have merged before anybody listened.
        differencesFromOldest().ifPresent(expelled);
    }

    /**
     * Calls {@code listener}, on Hazelcast's event threads, when partitions were lost. Blocks until all members know of it.
     *
     * @throws RuntimeException if one does not answer; calling it again is safe, the listener is then called more often
     */
    public void onLoss(Runnable listener) {
        hazelcast.getPartitionService().addPartitionLostListener(event -> {
            // It is told of every owner that ends. Only if the first backup went too, something acknowledged may be
            // gone.
            if (event.getLostBackupCount() > 0) {
                losses.incrementAndGet();
                loadedBackends().deleteAsync(SHARED);
            }
            listener.run();
        });
    }

    private Optional<String> differencesFromOldest() {
        Member oldest = hazelcast.getCluster().getMembers().iterator().next();
        String differences = agreement.differencesFrom(oldest.getAttributes());
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of("the cluster it merged into has other settings: " + differences + "; all must agree");
    }

    @Override
    public List<MemberInfo> members() {
        Member self = hazelcast.getCluster().getLocalMember();
        return hazelcast.getCluster().getMembers().stream()
                .map(member -> new MemberInfo(
                        member.getUuid().toString(),
                        address(member),
                        member.equals(self),
                        member.getAttributes().getOrDefault(WireVersion.PROGRAM_ATTRIBUTE, "")))
                .toList();
    }

    /** The addresses of all members, by their ids. */
    public Map<String, String> addresses() {
        return members().stream().collect(Collectors.toMap(MemberInfo::id, MemberInfo::address));
    }

    private static String address(Member member) {
        return member.getAddress().getHost() + ":" + member.getAddress().getPort();
    }

    @Override
    public Future<Boolean> partitionsSafe() {
        // Every member is asked, and one that has just gone or froze is waited for. What is not known is not safe.
        // After a split the map lacks what the smaller half took, until members' copies have given it back.
        return safety.ask().map(safe -> safe && !mapIsBehind.getAsBoolean());
    }

    /** The buckets that it is this member's turn to give back in round {@code round}: of each bucket, one member. */
    public BitSet turn(long round) {
        List<MemberInfo> members = members();
        BitSet turn = new BitSet();
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            int index = (int) Math.floorMod(bucket + round, (long) members.size());
            turn.set(bucket, members.get(index).self());
        }
        return turn;
    }

    /** Tells the cluster that this member's backend is loaded; again every few seconds, or it is forgotten. Blocks. */
    public void noteLoaded() {
        loadedMembers().set(self(), true, NOTE_TTL_SECONDS, TimeUnit.SECONDS);
    }

    /** Tells the cluster that this member stops in order, and is not lost with what it may have taken alone. Blocks. */
    public void noteStop() {
        stoppedMembers().set(self(), true, STOP_NOTE_TTL_SECONDS, TimeUnit.SECONDS);
    }

    /** Runs something, soon and on another thread, if the member that has gone had said that it stops. */
    public void ifStopped(String id, Runnable task) {
        stoppedMembers().getAsync(id).thenAccept(note -> {
            if (note != null) {
                task.run();
            }
        });
    }

    /** Whether each member that is here now has loaded its backend. Blocks. */
    public boolean allLoaded() {
        Set<String> here = members().stream().map(MemberInfo::id).collect(Collectors.toSet());
        return loadedMembers().keySet().containsAll(here);
    }

    /** Which member reads the shared backend for all. */
    public SharedReader reader() {
        return new SharedReader(hazelcast);
    }

    /** Whether the registry has had all that the shared backend holds, and has lost nothing since. Blocks. */
    public boolean isSharedBackendLoaded() {
        return loadedBackends().containsKey(SHARED);
    }

    /**
     * Tells the cluster that the shared backend has been loaded completely. Blocks.
     *
     * @param losses {@link #losses} before the load began: if a partition was lost since, the load counts for nothing
     */
    public void noteSharedBackendLoaded(long losses) {
        if (losses == losses()) {
            loadedBackends().set(SHARED, true);
        }
    }

    /** How often the cluster has lost a partition while this member was in it. */
    public long losses() {
        return losses.get();
    }

    private IMap<String, Boolean> loadedBackends() {
        return hazelcast.getMap("loaded-backends");
    }

    private IMap<String, Boolean> loadedMembers() {
        return hazelcast.getMap("loaded-members");
    }

    private IMap<String, Boolean> stoppedMembers() {
        return hazelcast.getMap("stopped-members");
    }

    private String self() {
        return hazelcast.getCluster().getLocalMember().getUuid().toString();
    }
}
