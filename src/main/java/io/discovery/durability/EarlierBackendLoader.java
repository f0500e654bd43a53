package io.discovery.durability;

import io.discovery.cluster.HazelcastCluster;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.Scope;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loader for a member that moves to another backend: beside the present one it reads the one before, once, and offers
 * its rows to the cluster like those of any copy. If all members were stopped during the move, or before it, nothing
 * else has them. This member's own file it always reads, as a member does that has not moved. A copy that all members
 * share it reads only if no other member is open: one that is open has all.
 */
final class EarlierBackendLoader implements BackendLoader {

    private static final Logger log = LoggerFactory.getLogger(EarlierBackendLoader.class);

    /** Pause after a failure: the backend may be a table of which each question costs. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final BackendLoader present;
    private final StorageBackend earlier;
    private final BackendImporter importer;
    private final HazelcastCluster cluster;
    private boolean isPresentLoaded;
    private boolean isEarlierLoaded;
    private boolean isOpen;
    private @Nullable String failure;
    /** Time of the latest failure, by System.nanoTime; counts only if there was one. */
    private long failedAt;

    /** @param earlier open, if it is this member's own; otherwise this loader opens it if it is needed */
    EarlierBackendLoader(
            BackendLoader present, StorageBackend earlier, BackendImporter importer, HazelcastCluster cluster) {
        this.present = present;
        this.earlier = earlier;
        this.importer = importer;
        this.cluster = cluster;
        this.isOpen = earlier.scope() == Scope.MEMBER;
    }

    @Override
    public boolean load() {
        try {
            isPresentLoaded = isPresentLoaded || present.load();
        } finally {
            isEarlierLoaded = isEarlierLoaded || loadEarlier();
        }
        return isPresentLoaded && isEarlierLoaded;
    }

    private boolean loadEarlier() {
        if (earlier.scope() == Scope.SHARED && cluster.isAnotherOpen()) {
            earlier.close();
            return true;
        }
        if (failure != null && System.nanoTime() - failedAt < PAUSE.toNanos()) {
            return false;
        }
        try {
            read();
            return true;
        } catch (BackendException | UnusableBackendException unreadable) {
            failed(String.valueOf(unreadable.getMessage()));
            return false;
        }
    }

    private void read() {
        if (!isOpen) {
            earlier.open();
            isOpen = true;
        }
        int[] rows = {0};
        int[] offered = {0};
        new ScanBatches(earlier, batch -> {
                    rows[0] += batch.size();
                    offered[0] += importer.offer(batch);
                })
                .run();
        log.info(
                "read {} registrations from the backend before, {}, {} were news to the cluster",
                rows[0],
                earlier.description(),
                offered[0]);
        String damage = new DamageReport(earlier).text();
        if (damage != null) {
            log.error("{}. All others are used", damage);
        }
        earlier.close();
    }

    private void failed(String reason) {
        if (!reason.equals(failure)) {
            log.error(
                    "the backend before, {}, cannot be read: {}. Reads are refused until it can, or another member is open, or"
                            + " WARMUP_SECONDS are over; to open without it at once, take BACKEND_STORAGE_BEFORE out of the"
                            + " settings",
                    earlier.description(),
                    reason);
        }
        failure = reason;
        failedAt = System.nanoTime();
    }

    @Override
    public void giveUp() {
        if (!isPresentLoaded) {
            present.giveUp();
        }
        earlier.close();
    }

    @Override
    public boolean holdsAll() {
        return present.holdsAll();
    }

    @Override
    public boolean isLoadedEverywhere() {
        return present.isLoadedEverywhere();
    }
}
