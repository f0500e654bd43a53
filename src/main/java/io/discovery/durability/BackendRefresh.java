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
 * Reads the whole of a backend that all members share, one member for all: once to bring the registry back after a loss of
 * all members, then now and then for what somebody else has written there (lyft/discovery, while both run on one table).
 *
 * <p>News are offered to the registry. A row that somebody took out deregisters its instance, but only with proof: an
 * earlier scan had it, two lacked it, a consistent read confirms it, and the registry knows nothing newer than the row.
 * If many have vanished at once, it is believed of none: a table that was emptied by accident must not empty the registry.
 *
 * <p>For one thread.
 */
public final class BackendRefresh {

    private static final Logger log = LoggerFactory.getLogger(BackendRefresh.class);
    /** A scan may show a row as it was this long ago. */
    private static final long SCAN_LAG_MICROS = TimeUnit.SECONDS.toMicros(5);

    /** So few may always vanish. */
    private static final int FEW = 10;
    /** So many of a hundred may not vanish at once, unless they are few. */
    private static final int MANY_PERCENT = 10;

    private final StorageBackend backend;
    private final StoredCopies copies;
    private final BackendImporter importer;
    private final DeletedRowDetector deletedRows = new DeletedRowDetector();
    private boolean distrusts;

    /**
     * What a pass over the backend did.
     *
     * @param rows read
     * @param offered of them, news to the registry
     * @param deregistered instances whose rows somebody else had taken out
     * @param disbelieved vanished rows that were too many to be believed
     */
    public record Result(int rows, int offered, int deregistered, int disbelieved) {}

    public BackendRefresh(StorageBackend backend, StoredCopies copies, BackendImporter importer) {
        this.backend = backend;
        this.copies = copies;
        this.importer = importer;
    }

    /** Brings the registry back from the backend. Blocks; throws what the ports throw, and may then be called again. */
    public Result load() {
        deletedRows.reset();
        return pass();
    }

    /** Looks for what others have changed in the backend. Blocks; throws what the ports throw, and may be called again. */
    public Result refresh() {
        return pass();
    }

    /** Another member refreshes now, and what this one saw grows old. */
    public void rest() {
        deletedRows.reset();
    }

    private Result pass() {
        long start = importer.clock().nowMicros();
        Map<InstanceKey, Long> digests = new HashMap<>();
        int[] offered = {0};
        new ScanBatches(backend, rows -> {
                    rows.forEach(row -> digests.put(row.key(), row.digest()));
                    offered[0] += take(rows, start);
                })
                .run();
        return vanished(digests, offered[0]);
    }

    /**
     * First they are offered, then it is told that they are stored. What is known to be stored may be written over without
     * being read: so nobody may know of a row that the registry has not got, if the offer fails say. Who hears of a row before
     * it is known to be stored takes it for something to write, and finds out before it writes.
     */
    private int take(List<Registration> rows, long start) {
        Map<InstanceKey, StoredCopy> news = new HashMap<>();
        for (Registration row : rows) {
            if (isNews(row, start)) {
                news.put(row.key(), StoredCopy.of(row, start));
            }
        }
        // Before: who hears of a row for the first time must not write it back.
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

    /** Whether the row is not what the cluster believes to be stored, and not just an old view of it. */
    private boolean isNews(Registration row, long start) {
        StoredCopy known = copies.find(row.key());
        return known == null
                || !known.isMerged()
                || known.digest() != row.digest() && known.knownSince() < start - SCAN_LAG_MICROS;
    }

    private Result vanished(Map<InstanceKey, Long> rows, int offered) {
        List<Registration> alive = new ArrayList<>();
        deletedRows.after(rows).forEach((key, digest) -> {
            Registration ours = importer.copy().find(key);
            if (ours == null || !importer.lease().isLive(ours, importer.clock().nowMicros())) {
                deletedRows.settled(key);
            } else if (ours.digest() == digest) {
                alive.add(ours);
            } else {
                restore(key);
            }
        });
        boolean many = alive.size() >= FEW && alive.size() * 100L > (rows.size() + alive.size()) * (long) MANY_PERCENT;
        if (many) {
            disbelieve(alive.size(), rows.size());
            return new Result(rows.size(), offered, 0, alive.size());
        }
        distrusts = false;
        return new Result(rows.size(), offered, deregister(alive), 0);
    }

    /** The registry knows better than who took the row out: its owner writes it again. */
    private void restore(InstanceKey key) {
        copies.forget(List.of(key));
        deletedRows.settled(key);
    }

    private void disbelieve(int vanished, int rows) {
        if (!distrusts) {
            log.error(
                    "{}: {} rows of live instances have vanished, {} are left: too many to be believed, all stay listed"
                            + " until their leases end",
                    backend.description(),
                    vanished,
                    rows);
        }
        distrusts = true;
    }

    private int deregister(List<Registration> alive) {
        List<Registration> gone = new ArrayList<>();
        for (Registration registration : alive) {
            if (!backend.holds(registration.key())) {
                gone.add(registration.deregistered());
                log.info("{} was deregistered by taking its row out of {}", registration.key(), backend.description());
            }
            deletedRows.settled(registration.key());
        }
        importer.map().offer(gone);
        gone.forEach(importer.copy()::merge);
        return gone.size();
    }
}
