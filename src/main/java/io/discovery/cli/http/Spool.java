package io.discovery.cli.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A body that has been received as a whole: a small one in memory, a large one in a temporary file. Members end
 * connections whose answers wait for a reader, and a user may read the output of a command slowly. A body is written by
 * one thread, then read by another.
 */
public final class Spool implements AutoCloseable {

    private static final int IN_MEMORY = 256 * 1024;

    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private @Nullable FileChannel file;

    Spool() {}

    void write(ByteBuffer bytes) throws IOException {
        if (file == null && memory.size() + bytes.remaining() > IN_MEMORY) {
            file = open();
            writeFully(file, ByteBuffer.wrap(memory.toByteArray()));
            memory.reset();
        }
        if (file != null) {
            writeFully(file, bytes);
        } else {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            memory.writeBytes(copy);
        }
    }

    private static FileChannel open() throws IOException {
        Path path = Files.createTempFile("discovery-", ".json");
        FileChannel file = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        // An open file needs no name, so that none is left behind by a command that is killed.
        Files.deleteIfExists(path);
        return file;
    }

    private static void writeFully(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** Returns the bytes from the first on. */
    public InputStream read() throws IOException {
        if (file == null) {
            return new ByteArrayInputStream(memory.toByteArray());
        }
        file.position(0);
        return new Unclosed(Channels.newInputStream(file));
    }

    /** A stream whose reader closes it, as parsers do, while the body may be read again. */
    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {
            // The spool is closed by itself.
        }
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException unclosed) {
            // The process ends soon, and the system then closes it.
        }
    }
}
