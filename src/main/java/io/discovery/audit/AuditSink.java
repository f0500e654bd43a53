package io.discovery.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The place that lines of the audit log go to. Blocks; belongs to one thread. */
interface AuditSink {

    /**
     * The outcome of a write.
     *
     * @param events number of events, from the first, whose lines are whole and will not be written again
     * @param failure the reason why there are not more; null if all are written
     */
    record Appended(int events, @Nullable Exception failure) {}

    /** Writes events, each as a line. */
    Appended append(List<AuditEvent> events);

    /** Does the work that time brings: flushes to the disk, rotates. Returns the failure, null if there is none. */
    @Nullable
    Exception tend();

    /** Returns the end of the chain. */
    ChainEnd end();

    /** Flushes all to the disk and ends. Returns the failure, null if there is none. */
    @Nullable
    Exception close();
}
