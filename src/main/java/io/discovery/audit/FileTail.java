package io.discovery.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of a file that a member goes on to write.
 *
 * @param end the end of the chain after the last whole line; null if there is no whole line
 * @param torn SHA-256 of the bytes after that line; null if there are none
 * @param size length of the file in bytes
 */
record FileTail(@Nullable ChainEnd end, @Nullable String torn, long size) {

    /** A file without content. */
    static final FileTail EMPTY = new FileTail(null, null, 0);

    /** Room for a whole line after bytes that a power failure has spoilt; the writer leaves fewer of them unflushed. */
    private static final int WINDOW = 2 * AuditLine.LONGEST;

    /**
     * Reads the end of a file.
     *
     * @throws UnusableAuditLogException if the file is no audit log
     */
    static FileTail read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            byte[] window = read(channel, size - Math.min(size, WINDOW), (int) Math.min(size, WINDOW));
            return window.length == 0 ? EMPTY : of(file, window, size);
        }
    }

    private static byte[] read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
            // Until all is there, or the file has become shorter.
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static FileTail of(Path file, byte[] window, long size) {
        boolean isWhole = window.length == size;
        int feed = lastFeed(window, window.length);
        while (feed >= 0) {
            int before = lastFeed(window, feed);
            if (before >= 0 || isWhole) {
                byte[] line = Arrays.copyOfRange(window, before + 1, feed + 1);
                Optional<AuditLine> parsed = AuditLine.parse(line);
                if (parsed.isPresent()) {
                    ChainEnd end = new ChainEnd(parsed.get().seq() - 1, "").after(line);
                    return new FileTail(end, torn(window, feed + 1), size);
                }
            }
            feed = before;
        }
        if (!isWhole || window[0] != '{' && window[0] != 0) {
            throw new UnusableAuditLogException(
                    "AUDIT_LOG: given " + file + ", which has content but no line of an audit"
                            + " log at its end; expected an audit log, or a file that does not exist yet");
        }
        return new FileTail(null, torn(window, 0), size);
    }

    private static int lastFeed(byte[] bytes, int before) {
        int at = before - 1;
        while (at >= 0 && bytes[at] != '\n') {
            at--;
        }
        return at;
    }

    private static @Nullable String torn(byte[] window, int from) {
        return from == window.length
                ? null
                : ChainEnd.hex(ChainEnd.sha256().digest(Arrays.copyOfRange(window, from, window.length)));
    }
}
