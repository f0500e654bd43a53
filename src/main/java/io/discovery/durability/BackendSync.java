package io.discovery.durability;

import io.discovery.cluster.HazelcastCluster;
import io.discovery.config.Settings;
import io.discovery.directory.Directory;
import io.discovery.model.Registration;
import io.discovery.registry.Clock;
import io.discovery.registry.Divergence;
import io.discovery.registry.ReadCopy;
import io.discovery.registry.RegistrationCopies;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StoredCopies;
import io.discovery.telemetry.Meters;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A member's work for the durable copy behind the registry: it reads the copy at the start, and writes changes behind.
 */
public final class BackendSync implements AutoCloseable {

    /** Maximum lateness of a heartbeat beyond its delay: the pause of the sweep, and a write that takes a while. */
    private static final Duration LATENESS = WriteBehindSweep.LONGEST_PAUSE.multipliedBy(2);

    private final BackendLoader loading;
    private final @Nullable WriteBehind writeBehind;
    private final Supplier<@Nullable String> failure;
    private final @Nullable DamageReport damage;
    private final Runnable unrest;
    private final Runnable ending;

    private BackendSync(
            BackendLoader loading,
            @Nullable WriteBehind writeBehind,
            Supplier<@Nullable String> failure,
            @Nullable DamageReport damage,
            Runnable unrest,
            Runnable ending) {
        this.loading = loading;
        this.writeBehind = writeBehind;
        this.failure = failure;
        this.damage = damage;
        this.unrest = unrest;
        this.ending = ending;
    }

    /** The objects that a synchronisation works with. */
    public record Parts(
            Settings settings,
            HazelcastCluster cluster,
            RegistrationCopies map,
            Predicate<Registration> owns,
            Directory directory,
            ReadCopy copy,
            Clock clock,
            Divergence divergence,
            Meters meters) {

        BackendImporter importer(Duration grace) {
            return new BackendImporter(map, copy, clock, settings.longestLease(), grace);
        }
    }

    /** Returns a synchronisation without a durable copy. */
    public static BackendSync none(HazelcastCluster cluster) {
        return new BackendSync(new LocalBackendLoader(cluster, null), null, () -> null, null, () -> {}, () -> {});
    }

    /** Returns a synchronisation with a copy of this member's own. */
    public static BackendSync own(StorageBackend backend, Parts parts) {
        BackendImporter importer = parts.importer(Duration.ZERO);
        WriteBehind writeBehind = new WriteBehind(backend, WritePolicy.toItsOwn(importer));
        parts.directory.onChange(writeBehind::changed);
        InitialBackendSync load = new InitialBackendSync(backend, importer);
        var loading = new LocalBackendLoader(
                parts.cluster,
                new LocalBackendLoader.Work(
                        load, writeBehind, parts.settings.backend().writeBehind()));
        Runnable ending = () -> {
            load.finish(writeBehind);
            writeBehind.close();
        };
        return new BackendSync(loading, writeBehind, writeBehind::failure, new DamageReport(backend), () -> {}, ending);
    }

    /**
     * Returns a synchronisation with a copy that all members share: each member writes the keys that it owns, and the
     * oldest member that can reads for all.
     */
    public static BackendSync shared(StorageBackend backend, StoredCopies copies, Parts parts) {
        Settings.Backend settings = parts.settings.backend();
        BackendImporter importer = parts.importer(grace(settings));
        PartitionOwnerWritePolicy policy =
                new PartitionOwnerWritePolicy(copies, importer, parts.owns, parts.divergence, settings.heartbeat());
        WriteBehind writeBehind = new WriteBehind(backend, policy);
        writeBehind.follow();
        parts.directory.onChange(writeBehind::changed);
        writeBehind.start(settings.writeBehind());
        WriteBehindSweep sweep = new WriteBehindSweep(parts.copy, writeBehind, settings.heartbeat());
        BackendRefresh refresh = new BackendRefresh(backend, copies, importer);
        RefreshLoop refreshing = new RefreshLoop(refresh, backend, parts.cluster, parts.settings, parts.meters);
        Runnable ending = () -> {
            refreshing.close();
            sweep.close();
            if (parts.cluster.members().size() == 1) {
                policy.leaveNothing();
            }
            policy.writeForOthers();
            sweep.run();
            writeBehind.close();
        };
        return new BackendSync(
                new SharedBackendLoader(parts.cluster, settings.before().isPresent()),
                writeBehind,
                () -> firstNonNull(writeBehind.failure(), refreshing.failure()),
                new DamageReport(backend),
                sweep::unrest,
                ending);
    }

    /**
     * Returns this synchronisation, which also loads the rows of the backend that the members move from.
     *
     * @param earlier open if it is this member's own
     */
    public BackendSync movingFrom(StorageBackend earlier, Parts parts) {
        Duration grace =
                earlier.scope() == StorageBackend.Scope.SHARED ? grace(parts.settings.backend()) : Duration.ZERO;
        return new BackendSync(
                new EarlierBackendLoader(loading, earlier, parts.importer(grace), parts.cluster),
                writeBehind,
                failure,
                damage,
                unrest,
                ending);
    }

    /** Returns how much later than a row of a shared copy says its instance may have checked in. */
    private static Duration grace(Settings.Backend settings) {
        return settings.heartbeat().plus(settings.writeBehind()).plus(LATENESS);
    }

    private static @Nullable String firstNonNull(@Nullable String a, @Nullable String b) {
        return a == null ? b : a;
    }

    public BackendLoader loading() {
        return loading;
    }

    /** Records that a member has come or gone; does not block. */
    public void unrest() {
        unrest.run();
    }

    /**
     * The state of the durable copy.
     *
     * @param status UP, DOWN or DAMAGED
     * @param error null if it is up
     * @param waiting number of registrations that are to be written
     */
    public record State(String status, @Nullable String error, long waiting) {

        private String text() {
            return error == null ? status : status + ": " + error;
        }
    }

    /** Returns the state of the durable copy; up if there is none. */
    public State state() {
        long waiting = writeBehind == null ? 0 : writeBehind.waiting();
        String reason = failure.get();
        if (reason != null) {
            return new State("DOWN", reason, waiting);
        }
        String unreadable = damage == null ? null : damage.text();
        return unreadable == null ? new State("UP", null, waiting) : new State("DAMAGED", unreadable, waiting);
    }

    /** Returns the fields for the answers of the health routes; empty if there is no durable copy. */
    public Map<String, Object> health() {
        if (writeBehind == null) {
            return Map.of();
        }
        // In this order on every member: Map.of has an order of its own in each process.
        Map<String, Object> health = new LinkedHashMap<>();
        State state = state();
        health.put("backend", state.text());
        health.put("backend_waiting", state.waiting());
        return health;
    }

    /** Logs unreadable rows when their number has changed; to be called every few seconds, from one thread. */
    public void look() {
        if (damage != null) {
            damage.look();
        }
    }

    public void register(Meters meters) {
        if (writeBehind != null && damage != null) {
            meters.gauge("discovery.backend.damaged", damage::rows);
            meters.gauge("discovery.backend.waiting", writeBehind::waiting);
            // Damaged rows have a gauge of their own: they must hide no failure to write or read.
            meters.gauge("discovery.backend.up", () -> failure.get() == null ? 1 : 0);
            meters.counter("discovery.backend.written", writeBehind::written);
            meters.counter("discovery.backend.failures", writeBehind::failed);
            meters.counter("discovery.backend.rejected", writeBehind::rejected);
        }
    }

    /** Writes the waiting registrations, with a bounded patience, and releases the backend. */
    @Override
    public void close() {
        ending.run();
    }
}
