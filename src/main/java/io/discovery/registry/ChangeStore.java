package io.discovery.registry;

import io.discovery.registry.StorageBackend.BackendException;
import java.util.List;

/** The durable copy of a member's history. Methods block, and one thread at a time calls them. */
public interface ChangeStore extends AutoCloseable {

    /**
     * A stored change.
     *
     * @param micros its time, in microseconds since the epoch
     * @param json the change in ASCII, a line
     */
    record Row(long micros, String json) {}

    /**
     * Returns the rows that were written last, in the order in which they were.
     *
     * @throws BackendException if they cannot be read
     */
    List<Row> read(int most);

    /**
     * Adds rows, and removes the oldest beyond a number, and those before a time.
     *
     * @throws BackendException if none was written; all will be given again
     */
    void write(List<Row> rows, int most, long oldestMicros);

    /** Releases all resources; stored changes stay. */
    @Override
    void close();
}
