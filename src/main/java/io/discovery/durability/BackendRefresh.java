package io.discovery.durability;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StoredCopies;
import io.discovery.registry.StoredCopy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader of a backend that all members share; one member reads it for all. It reads the whole backend once to restore
 * the registry after a loss of all members, then now and then for changes by another program (lyft/discovery, while
 * both run on one table).
 *
 * <p>It offers new rows to the registry. A row that another program removed deregisters its instance, but only with
 * proof: an earlier scan had it, two lacked it, a consistent read confirms it, and the registry knows nothing newer
 * than the row. If many rows have vanished at once, it deregisters none of their instances: a table that was emptied by
 * accident must not empty the registry.
 *
 * <p>Confined to one thread.
 */
public final class BackendRefresh {

    private static final Logger log = LoggerFactory.getLogger(BackendRefresh.class);
    /** Maximum age, in microseconds, of the state in which a scan may show a row. */
    private static final long SCAN_LAG_MICROS = TimeUnit.SECONDS.toMicros(5);

    /** Number of rows below which any number may vanish. */
    private static final int FEW = 10;
    /** Percentage of rows that may vanish at once, unless they are few. */
    private static final int MANY_PERCENT = 10;

    private final StorageBackend backend;
    private final StoredCopies copies;
    private final BackendImporter importer;
    private final DeletedRowDetector deletedRows = new DeletedRowDetector();
    private boolean hasReportedVanished;

    /**
     * The result of a pass over the backend.
     *
     * @param rows number of rows read
     * @param offered number of these that were news to the registry
     * @param deregistered number of instances whose rows another program had removed
     * @param disbelieved number of vanished rows that were too many to be believed
     */
    public record Result(int rows, int offered, int deregistered, int disbelieved) {}

    public BackendRefresh(StorageBackend backend, StoredCopies copies, BackendImporter importer) {
        this.backend = backend;
        this.copies = copies;
        this.importer = importer;
    }

    /** Restores the registry from the backend. Blocks; throws what the ports throw, and may then be called again. */
    public Result load() {
        deletedRows.reset();
        return pass();
    }

    /**
     * Reads changes that other programs have made in the backend. Blocks; throws what the ports throw, and may be
     * called again.
     */
    public Result refresh() {
        return pass();
    }

    /** Drops the results of earlier scans, because another member refreshes now and they grow old. */
    public void rest() {
        deletedRows.reset();
    }

    private Result pass() {
        long start = importer.clock().clusterMicros();
        Map<InstanceKey, Long> digests = new HashMap<>();
        int[] offered = {0};
        new ScanBatches(backend, rows -> {
                    rows.forEach(row -> digests.put(row.key(), row.digest()));
                    offered[0] += takeIn(rows, start);
                })
                .run();
        return handleVanished(digests, offered[0]);
    }

    /**
     * Offers rows, then records that they are stored. A member may write over a row that is known to be stored without
     * reading it, so no row may be known as stored that the registry lacks, for example because the offer fails. A
     * member that gets a row before it is known to be stored takes it for a registration to write, and finds out before
     * it writes.
     */
    private int takeIn(List<Registration> rows, long start) {
        Map<InstanceKey, StoredCopy> news = new HashMap<>();
        for (Registration row : rows) {
            if (isNews(row, start)) {
                news.put(row.key(), StoredCopy.of(row, start));
            }
        }
        // Before the offer: a member that gets a row for the first time must not write it back.
        copies.put(unmerged(news));
        int offered = importer.offer(rows);
        copies.put(news);
        return offered;
    }

    private static Map<InstanceKey, StoredCopy> unmerged(Map<InstanceKey, StoredCopy> news) {
        Map<InstanceKey, StoredCopy> unmerged = new HashMap<>();
        news.forEach((key, copy) -> unmerged.put(key, copy.unmerged()));
        return unmerged;
    }

    /**
     * Returns whether the row differs from the state that the cluster believes to be stored, and is not just an old
     * view of it.
     */
    private boolean isNews(Registration row, long start) {
        StoredCopy known = copies.find(row.key());
        return known == null
                || !known.isMerged()
                || known.digest() != row.digest() && known.knownSince() < start - SCAN_LAG_MICROS;
    }

    private Result handleVanished(Map<InstanceKey, Long> rows, int offered) {
        List<Registration> alive = new ArrayList<>();
        deletedRows.after(rows).forEach((key, digest) -> {
            Registration ours = importer.copy().find(key);
            if (ours == null || !importer.lease().isLive(ours, importer.clock().clusterMicros())) {
                deletedRows.settled(key);
            } else if (ours.digest() == digest) {
                alive.add(ours);
            } else {
                restore(key);
            }
        });
        boolean isTooMany =
                alive.size() >= FEW && alive.size() * 100L > (rows.size() + alive.size()) * (long) MANY_PERCENT;
        if (isTooMany) {
            disbelieve(alive.size(), rows.size());
            return new Result(rows.size(), offered, 0, alive.size());
        }
        hasReportedVanished = false;
        return new Result(rows.size(), offered, deregister(alive), 0);
    }

    /** Makes the owner write the row again: the registry has a newer state than the program that removed the row. */
    private void restore(InstanceKey key) {
        copies.forget(List.of(key));
        deletedRows.settled(key);
    }

    private void disbelieve(int vanished, int rows) {
        if (!hasReportedVanished) {
            log.error(
                    "{}: {} rows of live instances have vanished, {} are left: too many to have been removed on"
                            + " purpose, all instances stay listed until their leases end",
                    backend.description(),
                    vanished,
                    rows);
        }
        hasReportedVanished = true;
    }

    private int deregister(List<Registration> alive) {
        List<Registration> gone = new ArrayList<>();
        for (Registration registration : alive) {
            if (!backend.holds(registration.key())) {
                gone.add(registration.deregistered());
                log.info(
                        "{} was deregistered, because its row was removed from {}",
                        registration.key(),
                        backend.description());
            }
            deletedRows.settled(registration.key());
        }
        importer.map().offer(gone);
        gone.forEach(importer.copy()::merge);
        return gone.size();
    }
}
