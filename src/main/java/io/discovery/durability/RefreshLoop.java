package io.discovery.durability;

import io.discovery.cluster.HazelcastCluster;
import io.discovery.cluster.SharedReader;
import io.discovery.config.Settings;
import io.discovery.process.PeriodicTask;
import io.discovery.registry.StorageBackend;
import io.discovery.telemetry.Meters;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that reads a shared backend, on a thread of its own, as long as this member is the oldest that can: at once
 * while the cluster has not loaded it, then every STORE_REFRESH_SECONDS. With 0 it still scans the backend once per
 * RETENTION, only to remove rows past it. A member that cannot read the backend, or takes longer than {@link
 * #PATIENCE}, leaves it to the next member.
 */
final class RefreshLoop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RefreshLoop.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);
    /** Time after which another member tries as well, while a pass still runs. Reading a table twice does no harm. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);

    private final BackendRefresh refresh;
    private final StorageBackend backend;
    private final HazelcastCluster cluster;
    private final SharedReader reader;
    private final Duration every;
    private final boolean takesNews;
    private final Counter passes;
    private final Counter offered;
    private final Counter deregistered;
    private final Counter disbelieved;
    private final PeriodicTask loop;
    private final PeriodicTask watch;
    private long lastPass = System.nanoTime();
    /** Begin of the current pass, by System.nanoTime; null if there is none. */
    private volatile @Nullable Long passSince;

    private volatile @Nullable String failure;

    RefreshLoop(
            BackendRefresh refresh,
            StorageBackend backend,
            HazelcastCluster cluster,
            Settings settings,
            Meters meters) {
        this.refresh = refresh;
        this.backend = backend;
        this.cluster = cluster;
        this.reader = cluster.reader();
        this.takesNews = !settings.backend().refresh().isZero();
        this.every = takesNews
                ? settings.backend().refresh()
                : Duration.of(settings.lease().retentionMicros(), TimeUnit.MICROSECONDS.toChronoUnit());
        this.passes = meters.counter("discovery.refresh.passes");
        this.offered = meters.counter("discovery.refresh.offered");
        this.deregistered = meters.counter("discovery.refresh.deregistered");
        this.disbelieved = meters.counter("discovery.refresh.disbelieved");
        this.loop = new PeriodicTask("discovery-refresh", PAUSE, this::step);
        this.watch = PeriodicTask.every(LOOK_INTERVAL, "discovery-refresh-watch", this::lookAtPass);
        loop.nudge();
    }

    /** Returns why this member could not read the backend the last time; null if it could, or did not have to. */
    @Nullable
    String failure() {
        return failure;
    }

    private Duration step() {
        try {
            if (!reader.isSelf()) {
                refresh.rest();
                failure = reader.hasFailed() ? failure : null;
            } else if (!cluster.isSharedBackendLoaded()) {
                pass(this::load);
            } else if (System.nanoTime() - lastPass >= every.toNanos()) {
                pass(this::repeat);
            }
        } catch (RuntimeException unreadable) {
            failed(unreadable);
        }
        return PAUSE;
    }

    /** Runs one pass; if it fails, it is the next member's turn. */
    private void pass(Runnable work) {
        passSince = System.nanoTime();
        boolean read = false;
        try {
            work.run();
            read = true;
        } finally {
            passSince = null;
            if (!read) {
                leaveToTheNext();
            }
        }
        reader.succeeded();
    }

    /**
     * Leaves a pass that takes too long to the next member: a backend that never answers must not keep the members
     * waiting.
     */
    private void lookAtPass() {
        Long since = passSince;
        if (since != null && System.nanoTime() - since > PATIENCE.toNanos()) {
            leaveToTheNext();
        }
    }

    private void leaveToTheNext() {
        try {
            reader.failed();
        } catch (RuntimeException unheard) {
            log.warn(
                    "this member cannot read {}, and cannot ask another member to read it: {}",
                    backend.description(),
                    unheard.toString());
        }
    }

    private void load() {
        long losses = cluster.losses();
        long start = System.nanoTime();
        BackendRefresh.Result result = refresh.load();
        cluster.noteSharedBackendLoaded(losses);
        log.info(
                "read {} registrations from {} in {} ms, {} were news to the cluster",
                result.rows(),
                backend.description(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
                result.offered());
        succeeded(result);
    }

    private void repeat() {
        if (takesNews) {
            succeeded(refresh.refresh());
        } else {
            backend.scan(row -> {});
            succeeded(new BackendRefresh.Result(0, 0, 0, 0));
        }
    }

    private void succeeded(BackendRefresh.Result result) {
        lastPass = System.nanoTime();
        passes.increment();
        offered.increment(result.offered());
        deregistered.increment(result.deregistered());
        disbelieved.increment(result.disbelieved());
        if (failure != null) {
            log.info("{} can be read again", backend.description());
            failure = null;
        }
    }

    private void failed(RuntimeException cause) {
        if (failure == null) {
            log.error(
                    "{} cannot be read by this member, trying again: {}",
                    backend.description(),
                    cause.getMessage(),
                    cause);
        }
        failure = String.valueOf(cause.getMessage());
    }

    @Override
    public void close() {
        watch.close();
        loop.close();
        loop.stop(END_WITHIN);
    }
}
