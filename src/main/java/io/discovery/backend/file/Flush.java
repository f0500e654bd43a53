package io.discovery.backend.file;

/** When what is written to the file is on the disk, and so survives the loss of power. A killed process loses nothing. */
public enum Flush {
    /** With the end of each batch: one fdatasync of the log. */
    EACH_BATCH("FULL"),
    /** When the log is brought into the file, and whenever the system does it by itself. */
    WITH_CHECKPOINTS("NORMAL");

    private final String synchronous;

    Flush(String synchronous) {
        this.synchronous = synchronous;
    }

    /** SQLite's word for it: sqlite.org/pragma.html#pragma_synchronous. */
    String synchronous() {
        return synchronous;
    }
}
