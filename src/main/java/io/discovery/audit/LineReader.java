package io.discovery.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The lines of a file, one at a time, in memory for one line of bounded length. */
final class LineReader implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;

    private final InputStream bytes;

    LineReader(Path file) throws IOException {
        this.bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    }

    /**
     * Returns the next line with its line feed, null after the last. The last line may lack its line feed. A line that
     * is too long is returned without its end.
     */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = bytes.read();
        while (next >= 0 && next != '\n' && line.size() <= AuditLine.LONGEST) {
            line.write(next);
            next = bytes.read();
        }
        if (next == '\n') {
            line.write('\n');
        }
        return line.size() == 0 ? null : line.toByteArray();
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
