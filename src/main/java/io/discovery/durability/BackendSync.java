package io.discovery.durability;

import io.discovery.cluster.HazelcastCluster;
import io.discovery.config.Settings;
import io.discovery.directory.Directory;
import io.discovery.model.Registration;
import io.discovery.registry.Clock;
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

/** What a member does for the durable copy behind the registry: reads it at the start, writes behind what changes. */
public final class BackendSync implements AutoCloseable {

    /** What a heartbeat may be late beyond its delay: the pause of the sweep, and a write that takes a while. */
    private static final Duration LATENESS = WriteBehindSweep.CALM.multipliedBy(2);

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

    /** What it works with. */
    public record Parts(
            Settings settings,
            HazelcastCluster cluster,
            RegistrationCopies map,
            Predicate<Registration> owns,
            Directory directory,
            ReadCopy copy,
            Clock clock,
            Meters meters) {

        boolean isKept(Registration registration) {
            return settings.longestLease().isKept(registration, clock.nowMicros());
        }

        BackendImporter importer(Duration grace) {
            return new BackendImporter(map, copy, clock, settings.longestLease(), grace);
        }
    }

    /** No durable copy. */
    public static BackendSync none(HazelcastCluster cluster) {
        return new BackendSync(new LocalBackendLoader(cluster, null), null, () -> null, null, () -> {}, () -> {});
    }

    /** A copy of this member's own. */
    public static BackendSync own(StorageBackend backend, Parts parts) {
        WriteBehind writeBehind = new WriteBehind(backend, WritePolicy.toItsOwn(parts::isKept));
        parts.directory.onChange(writeBehind::changed);
        InitialBackendSync load = new InitialBackendSync(backend, parts.importer(Duration.ZERO));
        var loading = new LocalBackendLoader(
                parts.cluster,
                new LocalBackendLoader.Work(
                        load, writeBehind, parts.settings.backend().writeBehind()));
        return new BackendSync(
                loading, writeBehind, writeBehind::failure, new DamageReport(backend), () -> {}, writeBehind::close);
    }

    /** A copy that all members share: each writes what it owns, the oldest that can reads for all. */
    public static BackendSync shared(StorageBackend backend, StoredCopies copies, Parts parts) {
        Settings.Backend settings = parts.settings.backend();
        Duration grace = settings.heartbeat().plus(settings.writeBehind()).plus(LATENESS);
        BackendImporter importer = parts.importer(grace);
        PartitionOwnerWritePolicy policy =
                new PartitionOwnerWritePolicy(copies, importer, parts.owns, settings.heartbeat());
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
            sweep.run();
            writeBehind.close();
        };
        return new BackendSync(
                new SharedBackendLoader(parts.cluster),
                writeBehind,
                () -> first(writeBehind.failure(), refreshing.failure()),
                new DamageReport(backend),
                sweep::unrest,
                ending);
    }

    private static @Nullable String first(@Nullable String a, @Nullable String b) {
        return a == null ? b : a;
    }

    public BackendLoader loading() {
        return loading;
    }

    /** Members come or go; does not block. */
    public void unrest() {
        unrest.run();
    }

    /** For the answers of the health routes; empty if there is no durable copy. */
    public Map<String, Object> health() {
        if (writeBehind == null) {
            return Map.of();
        }
        // In this order, by every member: Map.of has one of its own in each process.
        Map<String, Object> health = new LinkedHashMap<>();
        String trouble = trouble();
        health.put("backend", trouble == null ? "UP" : trouble);
        health.put("backend_waiting", writeBehind.waiting());
        return health;
    }

    /** What is wrong with the durable copy; null if nothing is. */
    private @Nullable String trouble() {
        String reason = failure.get();
        if (reason != null) {
            return "DOWN: " + reason;
        }
        String unreadable = damage == null ? null : damage.text();
        return unreadable == null ? null : "DAMAGED: " + unreadable;
    }

    /** Logs what cannot be read, when that has changed. Call it every few seconds, from one thread. */
    public void look() {
        if (damage != null) {
            damage.look();
        }
    }

    public void register(Meters meters) {
        if (writeBehind != null && damage != null) {
            meters.gauge("discovery.backend.damaged", damage::rows);
            meters.gauge("discovery.backend.waiting", writeBehind::waiting);
            meters.gauge("discovery.backend.up", () -> trouble() == null ? 1 : 0);
            meters.counter("discovery.backend.written", writeBehind::written);
            meters.counter("discovery.backend.failures", writeBehind::failed);
            meters.counter("discovery.backend.rejected", writeBehind::rejected);
        }
    }

    /** Writes what is left to write, with a bounded patience, and lets go of the backend. */
    @Override
    public void close() {
        ending.run();
    }
}
