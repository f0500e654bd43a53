package io.discovery.audit;

import java.security.MessageDigest;

/** Lines that do not follow the line before them, as a write that failed leaves them; the next whole line has their hash. */
final class TornBytes {

    private final MessageDigest digest = ChainEnd.sha256();
    private final ChainCheck.Fault fault;
    private boolean endsWithFeed;

    /** @param fault the fault of the first of the lines, unless a whole line tells that they were torn */
    TornBytes(ChainCheck.Fault fault) {
        this.fault = fault;
    }

    /** Adds a line. Its line feed counts when another line follows: the last one was written with the whole line. */
    void add(byte[] line) {
        if (endsWithFeed) {
            digest.update((byte) '\n');
        }
        endsWithFeed = line[line.length - 1] == '\n';
        digest.update(line, 0, endsWithFeed ? line.length - 1 : line.length);
    }

    boolean hasHash(String hash) {
        try {
            return ChainEnd.hex(((MessageDigest) digest.clone()).digest()).equals(hash);
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("the JDK's SHA-256 can be copied", impossible);
        }
    }

    ChainCheck.Fault fault() {
        return fault;
    }

    /** Returns whether the bytes are the begin of a single line. */
    boolean isUnended() {
        return !endsWithFeed;
    }
}
