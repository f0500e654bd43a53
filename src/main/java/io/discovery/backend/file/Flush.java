package io.discovery.backend.file;

/**
 * Time of flushing the file's log to the disk, after which its rows survive the loss of power. A killed process loses
 * nothing.
 */
public enum Flush {
    /** At the end of each batch: one fdatasync of the log. */
    EACH_BATCH("FULL"),
    /** At a checkpoint of the log, and whenever the system flushes by itself. */
    WITH_CHECKPOINTS("NORMAL");

    private final String synchronous;

    Flush(String synchronous) {
        this.synchronous = synchronous;
    }

    /** SQLite's value for it: sqlite.org/pragma.html#pragma_synchronous. */
    String synchronous() {
        return synchronous;
    }
}
