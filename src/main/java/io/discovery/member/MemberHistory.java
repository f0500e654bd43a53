package io.discovery.member;

import io.discovery.changes.AskerLog;
import io.discovery.changes.ChangeEndpoints;
import io.discovery.changes.ChangeKeeper;
import io.discovery.changes.ChangeRecorder;
import io.discovery.cluster.AskerExchange;
import io.discovery.cluster.VersionMakers;
import io.discovery.config.Settings;
import io.discovery.directory.Directory;
import io.discovery.http.ResponseWorkers;
import io.discovery.json.UtcTime;
import io.discovery.model.Registration;
import io.discovery.process.PeriodicTask;
import io.discovery.registry.Askers;
import io.discovery.registry.ChangeStore;
import io.discovery.registry.Clock;
import io.discovery.registry.StorageBackend;
import java.time.Duration;
import java.util.Collection;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The history of a member: what its directory learns, as long as HISTORY_CHANGES is not 0. */
final class MemberHistory {

    private static final Duration LAST_WRITE = Duration.ofSeconds(10);
    private static final Duration ASKERS_PERIOD = Duration.ofMillis(50);

    private final MemberAssembly assembly;
    private final Directory directory;
    private final @Nullable ChangeRecorder recorder;

    MemberHistory(MemberAssembly assembly, MemberCluster joined, Directory directory, Clock clock) {
        this.assembly = assembly;
        this.directory = directory;
        int most = assembly.settings().history().most();
        recorder = most == 0
                ? null
                : new ChangeRecorder(
                        most,
                        assembly.settings().lease(),
                        clock,
                        new VersionMakers(joined.hazelcast())::addressOf,
                        () -> joined.self().address());
        if (recorder != null) {
            directory.onListedChange(recorder);
            AskerExchange peers = new AskerExchange(joined.hazelcast());
            AskerLog askers = recorder.askers();
            peers.listen(askers::told);
            assembly.every(ASKERS_PERIOD, "askers", () -> askers.tell(peers::tell));
        }
    }

    /** Keeps changes in the durable copy from now on, if it can, and remembers those that it has. */
    void keepIn(StorageBackend backend) {
        if (recorder != null) {
            backend.changes().ifPresent(store -> keepIn(recorder, store));
        }
    }

    private void keepIn(ChangeRecorder history, ChangeStore store) {
        Settings settings = assembly.settings();
        ChangeKeeper keeper =
                new ChangeKeeper(history, store, settings.history().keepAge());
        keeper.read();
        PeriodicTask writing =
                PeriodicTask.every(settings.backend().writeBehind().dividedBy(2), "discovery-history", keeper::look);
        assembly.onStop(() -> {
            if (writing.stop(LAST_WRITE)) {
                keeper.close();
            }
        });
    }

    /** Begins to record all changes; to be called when the directory has what the cluster has. */
    void begin() {
        if (recorder != null) {
            // What has expired by now is not new.
            directory.noticeLapsed();
            recorder.begin();
        }
    }

    /** Begins anew, if it has begun: in a standstill or a split, changes of elsewhere may have come and gone. */
    void beginAnew() {
        if (recorder != null) {
            recorder.beginAnew();
        }
    }

    /** Returns the time from which on it knows all changes; null if it does not know all of any time. */
    @Nullable
    String since() {
        OptionalLong since = recorder == null ? OptionalLong.empty() : recorder.knownSince();
        return since.isPresent() ? UtcTime.of(since.getAsLong()) : null;
    }

    /** Records what has expired, unless reads are refused, as after a standstill; to be called every few seconds. */
    void look() {
        if (recorder != null && isReadable()) {
            directory.noticeLapsed(this::isReadable);
        }
    }

    private boolean isReadable() {
        return assembly.readiness().whyNoReads() == null;
    }

    /** Returns the listener to clients that ask for changes. */
    Askers askers() {
        return recorder == null ? Askers.NONE : recorder.askers();
    }

    /** Runs a task that brings rows of the durable copy into the directory. */
    void restoring(Collection<Registration> rows, Runnable task) {
        if (recorder == null) {
            task.run();
        } else {
            recorder.restoring(rows, task);
        }
    }

    /**
     * Returns the endpoints, with their meters.
     *
     * @param workers make lists
     */
    ChangeEndpoints endpoints(ResponseWorkers workers) {
        ChangeEndpoints endpoints = new ChangeEndpoints(workers, recorder, assembly.readiness());
        endpoints.register(assembly.meters());
        return endpoints;
    }
}
