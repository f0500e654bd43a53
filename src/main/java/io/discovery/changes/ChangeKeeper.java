package io.discovery.changes;

import io.discovery.changes.ChangeRing.Piece;
import io.discovery.registry.ChangeStore;
import io.discovery.registry.ChangeStore.Bounds;
import io.discovery.registry.ChangeStore.Row;
import io.discovery.registry.StorageBackend.BackendException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer of changes behind the member, into its file, and their reader at the start. It keeps its position in the
 * ring and no changes: while the file cannot be written, the ring holds what waits. One thread at a time.
 */
public final class ChangeKeeper {

    private static final Logger log = LoggerFactory.getLogger(ChangeKeeper.class);
    private static final int BATCH = 500;

    private final ChangeRecorder recorder;
    private final ChangeRing ring;
    private final ChangeStore store;
    private final long keepMicros;
    /** Sequence number of the next change to write. */
    private long position;
    /** Sequence number of the next change at the last look: who asked for those before is known by now. */
    private long seen;

    private boolean isFailing;

    public ChangeKeeper(ChangeRecorder recorder, ChangeStore store, Duration keepAge) {
        this.recorder = recorder;
        this.ring = recorder.ring();
        this.store = store;
        this.keepMicros = TimeUnit.SECONDS.toMicros(keepAge.toSeconds());
    }

    /** Reads what the file has, before anything is recorded. A file that cannot be read has nothing. */
    public void read() {
        try {
            for (Row row : store.read(bounds())) {
                ChangeJson.parse(row.json())
                        .ifPresent(stored -> ring.add(
                                        stored.change(), stored.change().id().micros())
                                .askedBy(stored.asker()));
            }
        } catch (BackendException unreadable) {
            log.error("changes of before this start are not shown: {}", unreadable.getMessage());
        }
        position = ring.next();
        seen = position;
    }

    private Bounds bounds() {
        return new Bounds(ring.most(), ring.mostBytes(), recorder.nowMicros() - keepMicros);
    }

    /** Writes what was there at the look before; to be called about once a second. */
    public void look() {
        write(seen);
        seen = ring.next();
    }

    /** Writes all, and releases the file. */
    public void close() {
        write(ring.next());
        store.close();
    }

    private void write(long end) {
        try {
            while (position < end) {
                Piece next = ring.read(position, end, any -> true, BATCH);
                List<Row> rows = next.changes().stream()
                        .map(change -> new Row(change.change().id().micros(), ChangeJson.of(change)))
                        .toList();
                store.write(rows, bounds());
                position = next.next();
            }
            isFailing = false;
        } catch (BackendException failed) {
            if (!isFailing) {
                log.error("{}; changes wait in memory, and are written later", failed.getMessage());
            }
            isFailing = true;
        }
    }
}
