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
     * The bounds of what is kept.
     *
     * @param rows maximum number
     * @param bytes maximum bytes of their JSON together
     * @param oldestMicros time before which they are removed, in microseconds since the epoch
     */
    record Bounds(int rows, long bytes, long oldestMicros) {}

    /**
     * Returns the rows that were written last, in the order in which they were, as many as are within the bounds.
     *
     * @throws BackendException if they cannot be read
     */
    List<Row> read(Bounds bounds);

    /**
     * Adds rows, and removes the oldest beyond the bounds.
     *
     * @throws BackendException if none was written; all will be given again
     */
    void write(List<Row> rows, Bounds bounds);

    /** Releases all resources; stored changes stay. */
    @Override
    void close();
}
