package io.discovery.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The end of a chain of lines, from which the next line goes on.
 *
 * @param seq number of the last line; 0 before the first
 * @param hash SHA-256 of the last line with its line feed, in hexadecimal digits
 */
record ChainEnd(long seq, String hash) {

    /** The end of a chain without lines. */
    static final ChainEnd NONE = new ChainEnd(0, "0".repeat(64));

    /** Returns the end of the chain after one more line, which has its line feed. */
    ChainEnd after(byte[] line) {
        return new ChainEnd(seq + 1, hex(sha256().digest(line)));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
