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
 * This member's place in the cluster. {@link #join} creates it and blocks until the process is a member; {@code
 * HazelcastInstance.shutdown} ends it and hands over the member's partitions.
 */
public final class HazelcastCluster implements Membership {

    /** A listener to merges of this member into another part of the cluster. Hazelcast calls it on its own threads. */
    public interface Merges {
        /** Records that this member leaves its own part of the cluster. */
        void begin();

        /** Records that this member has joined the other part, or has failed to. */
        void end();

        /** Returns whether the cluster's map may lack registrations that members' read copies have. */
        boolean isMapBehind();
    }

    /** Time that peers wait at least for a member that is silent; then they go on without it. */
    public static final Duration PATIENCE = HazelcastConfig.PATIENCE;

    private static final Logger log = LoggerFactory.getLogger(HazelcastCluster.class);
    /**
     * Lifetime of a note about a loaded backend, in seconds. A member renews its note every few seconds; a note without
     * renewal is of a member that is gone.
     */
    private static final int NOTE_TTL_SECONDS = 30;

    /** Lifetime of a note about a stop, in seconds; a stop takes about a minute at most. */
    private static final int STOP_NOTE_TTL_SECONDS = 120;

    /** The key of the only note in the map of loaded backends. */
    private static final String SHARED = "shared";

    private final HazelcastInstance hazelcast;
    private final SharedQuestion safetyQuestion;
    private final SharedSettings requiredSettings;
    private final AtomicLong losses = new AtomicLong();
    /** Returns false until {@link #onUnrest} sets it: no merge is observed before that. */
    private volatile BooleanSupplier isMapBehind = () -> false;

    private HazelcastCluster(HazelcastInstance hazelcast, Vertx blocking, SharedSettings requiredSettings) {
        this.hazelcast = hazelcast;
        this.safetyQuestion = new SharedQuestion(
                blocking,
                () -> hazelcast.getPartitionService().isClusterSafe(),
                () -> hazelcast.getCluster().getMembers(),
                System::nanoTime);
        this.requiredSettings = requiredSettings;
    }

    /**
     * Joins the members that it finds, or forms a cluster alone. Blocks, for seconds if peers are slow.
     *
     * @param maps adds the registry's own data structures
     * @param version the version of this program
     * @param port guards the members' port
     * @throws ClusterException if this member cannot join, or if a member of the cluster has other settings
     */
    public static HazelcastInstance join(Settings settings, Consumer<Config> maps, String version, MemberPort port) {
        return join(settings, maps, WireVersion.of(version), port);
    }

    static HazelcastInstance join(Settings settings, Consumer<Config> maps, WireVersion version, MemberPort port) {
        MonotonicClock.install();
        Config config = HazelcastConfig.of(settings.cluster());
        maps.accept(config);
        SharedSettings requiredSettings = SharedSettings.of(settings);
        SharedSettings preferredSettings = SharedSettings.preferred(
                settings, config.getMemberAttributeConfig().getAttributes());
        requiredSettings.tellIn(config.getMemberAttributeConfig());
        preferredSettings.tellIn(config.getMemberAttributeConfig());
        version.tellIn(config.getMemberAttributeConfig());
        HazelcastInstance hazelcast;
        try {
            hazelcast = port.start(config, version::refusalOf);
        } catch (RuntimeException failed) {
            throw new ClusterException(
                    "cannot join or form the cluster: " + failed.getMessage() + " The lines of the log above say which"
                            + " members did not let this one in, if any",
                    failed);
        }
        leaveIfIncompatible(hazelcast, version);
        leaveIfSettingsDiffer(hazelcast, requiredSettings);
        warnIfSettingsDiffer(hazelcast, preferredSettings);
        return hazelcast;
    }

    private static void warnIfSettingsDiffer(HazelcastInstance hazelcast, SharedSettings preferredSettings) {
        Member self = hazelcast.getCluster().getLocalMember();
        for (Member other : hazelcast.getCluster().getMembers()) {
            String differences = preferredSettings.differencesFrom(other.getAttributes());
            if (!other.equals(self) && !differences.isEmpty()) {
                log.warn(
                        "{} has other settings: {}; give all members the same, or their lists may differ",
                        address(other),
                        differences);
            }
        }
    }

    /**
     * Leaves a cluster whose members have an incompatible format. The oldest member has checked this one before, unless
     * its version does not know of formats.
     */
    private static void leaveIfIncompatible(HazelcastInstance hazelcast, WireVersion version) {
        for (Member other : hazelcast.getCluster().getMembers()) {
            version.refusalOf(other.getAttributes()).ifPresent(reason -> {
                hazelcast.getLifecycleService().terminate();
                throw new ClusterException(
                        "this member cannot be in one cluster with " + address(other) + ": " + reason);
            });
        }
    }

    private static void leaveIfSettingsDiffer(HazelcastInstance hazelcast, SharedSettings requiredSettings) {
        Member self = hazelcast.getCluster().getLocalMember();
        for (Member other : hazelcast.getCluster().getMembers()) {
            String differences = requiredSettings.differencesFrom(other.getAttributes());
            if (!other.equals(self) && !differences.isEmpty()) {
                hazelcast.getLifecycleService().terminate();
                throw new ClusterException("this member's settings differ from those of " + address(other) + ": "
                        + differences + "; all members must agree" + requiredSettings.moveHint(other.getAttributes()));
            }
        }
    }

    /** Returns the cluster that {@code hazelcast} is in; {@code blocking} runs tasks that block. */
    public static HazelcastCluster of(HazelcastInstance hazelcast, Vertx blocking, Settings settings) {
        return new HazelcastCluster(hazelcast, blocking, SharedSettings.of(settings));
    }

    /** Returns 32 hexadecimal digits that are equal for members whose settings agree where they should. */
    public String settingsDigest(Settings settings) {
        return SharedSettings.digest(
                settings, hazelcast.getCluster().getLocalMember().getAttributes());
    }

    /**
     * Sets the listeners to changes among the members. Hazelcast's event threads call them.
     *
     * @param listener runs when copies may have been lost or may differ: a member came or went, or halves merged
     * @param merges called before {@code listener}, if this member's half merges into the other
     * @param expelled takes the reason when this member can serve no more: a merge brought it among members with
     *     different settings, or Hazelcast ended, by order or by itself
     */
    public void onUnrest(Runnable listener, Merges merges, Consumer<String> expelled) {
        isMapBehind = merges::isMapBehind;
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
        // This member may have merged before the listener was there.
        differencesFromOldest().ifPresent(expelled);
    }

    /**
     * Calls {@code listener}, on Hazelcast's event threads, when partitions were lost. Blocks until all members know of
     * the listener.
     *
     * @throws RuntimeException if a member does not answer; calling this again is safe, the listener is then called
     *     more often
     */
    public void onLoss(Runnable listener) {
        hazelcast.getPartitionService().addPartitionLostListener(event -> {
            // Hazelcast reports each owner that ends. Acknowledged changes may be lost only if the first backup went
            // too.
            if (event.getLostBackupCount() > 0) {
                losses.incrementAndGet();
                loadedBackends().deleteAsync(SHARED);
            }
            listener.run();
        });
    }

    private Optional<String> differencesFromOldest() {
        Member oldest = hazelcast.getCluster().getMembers().iterator().next();
        String differences = requiredSettings.differencesFrom(oldest.getAttributes());
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

    /** Returns the addresses of all members by their ids. */
    public Map<String, String> addresses() {
        return members().stream().collect(Collectors.toMap(MemberInfo::id, MemberInfo::address));
    }

    static String address(Member member) {
        return member.getAddress().getHost() + ":" + member.getAddress().getPort();
    }

    @Override
    public Future<Boolean> partitionsSafe() {
        // Hazelcast asks every member, and waits for one that has just gone or froze. Without an answer, partitions
        // count as not safe. After a split the map lacks the changes of the smaller half, until members' read copies
        // have given them back.
        return safetyQuestion.ask().map(safe -> safe && !isMapBehind.getAsBoolean());
    }

    /** Returns the buckets whose copies this member gives back in round {@code round}: one member has each bucket. */
    public BitSet turn(long round) {
        List<MemberInfo> members = members();
        BitSet turn = new BitSet();
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            int index = (int) Math.floorMod(bucket + round, (long) members.size());
            turn.set(bucket, members.get(index).self());
        }
        return turn;
    }

    /**
     * Tells the cluster that this member's backend is loaded; to be repeated every few seconds, or the cluster forgets
     * it. Blocks.
     */
    public void noteLoaded() {
        loadedMembers().set(self(), true, NOTE_TTL_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Tells the cluster that this member stops in order: it is not lost with changes that it alone may have. Blocks. Does nothing if
     * Hazelcast has ended.
     */
    public void noteStop() {
        if (!hazelcast.getLifecycleService().isRunning()) {
            return;
        }
        stoppedMembers().set(self(), true, STOP_NOTE_TTL_SECONDS, TimeUnit.SECONDS);
    }

    /** Runs a task, soon and on another thread, if a member that has gone had announced its stop. */
    public void ifStopped(String id, Runnable task) {
        stoppedMembers().getAsync(id).thenAccept(note -> {
            if (note != null) {
                task.run();
            }
        });
    }

    /**
     * Returns whether each current member has loaded its backend. While another member is open, a member with another
     * backend than this one's does not count: what it would bring, the one that is open lacks as well. Blocks.
     */
    public boolean allLoaded() {
        Set<String> loaded = loadedMembers().keySet();
        return members().stream().map(MemberInfo::id).allMatch(loaded::contains)
                || SameStorage.of(hazelcast).oldestFirst().stream()
                                .map(member -> member.getUuid().toString())
                                .allMatch(loaded::contains)
                        && isAnotherOpen();
    }

    /** Tells the cluster that this member is open; to be repeated every few seconds, or the cluster forgets it. Blocks. */
    public void noteOpen() {
        openMembers().set(self(), true, NOTE_TTL_SECONDS, TimeUnit.SECONDS);
    }

    /** Returns whether another member is open, and so has all that the cluster knows. Blocks. */
    public boolean isAnotherOpen() {
        Set<String> open = openMembers().keySet();
        return members().stream().anyMatch(member -> !member.self() && open.contains(member.id()));
    }

    /** Returns the choice of the member that reads the shared backend for all members. */
    public SharedReader reader() {
        return new SharedReader(hazelcast);
    }

    /** Returns the choice of the member that writes a registration to the shared backend. */
    public SharedWriter writer() {
        return new SharedWriter(hazelcast);
    }

    /**
     * Forgets that a shared backend has been loaded, if no member has one any more: with the next one, all is read anew.
     * Blocks.
     *
     * @return whether no member has a shared backend
     */
    public boolean forgetSharedBackend() {
        if (!SameStorage.of(hazelcast).isEverywhere()) {
            return false;
        }
        if (isSharedBackendLoaded()) {
            log.info("no member has a backend that all share any more: what is known of it is forgotten");
            loadedBackends().delete(SHARED);
        }
        return true;
    }

    /** Returns whether the registry has received all rows of the shared backend, and has lost none since. Blocks. */
    public boolean isSharedBackendLoaded() {
        return loadedBackends().containsKey(SHARED);
    }

    /**
     * Tells the cluster that the shared backend has been loaded completely. Blocks.
     *
     * @param losses {@link #losses} before the load began: if a partition was lost since, the load does not count
     */
    public void noteSharedBackendLoaded(long losses) {
        if (losses == losses()) {
            loadedBackends().set(SHARED, true);
        }
    }

    /** Returns the number of times that the cluster has lost a partition while this member was in it. */
    public long losses() {
        return losses.get();
    }

    private IMap<String, Boolean> loadedBackends() {
        return hazelcast.getMap("loaded-backends");
    }

    private IMap<String, Boolean> loadedMembers() {
        return hazelcast.getMap("loaded-members");
    }

    private IMap<String, Boolean> openMembers() {
        return hazelcast.getMap("open-members");
    }

    private IMap<String, Boolean> stoppedMembers() {
        return hazelcast.getMap("stopped-members");
    }

    private String self() {
        return hazelcast.getCluster().getLocalMember().getUuid().toString();
    }
}
