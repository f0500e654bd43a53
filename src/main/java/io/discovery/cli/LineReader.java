package io.discovery.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of UTF-8, none of which takes more memory than a host can have. */
final class LineReader {

    /** The most bytes: a host has 16 kB, and each of its characters may be written in six. */
    static final int LONGEST = 256 * 1024;

    private final InputStream in;
    private long number;

    LineReader(InputStream in) {
        this.in = new BufferedInputStream(in, 64 * 1024);
    }

    /** Returns the number of the line that was read last, from 1. */
    long number() {
        return number;
    }

    /**
     * Reads the next line.
     *
     * @return null at the end
     * @throws LineTooLong if it is too long; the next one can be read
     */
    @Nullable
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int each = in.read();
        if (each < 0) {
            return null;
        }
        number++;
        while (each >= 0 && each != '\n') {
            if (line.size() == LONGEST) {
                skipRest();
                throw new LineTooLong();
            }
            line.write(each);
            each = in.read();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private void skipRest() throws IOException {
        int each = in.read();
        while (each >= 0 && each != '\n') {
            each = in.read();
        }
    }

    /** A line that no host can have. */
    static final class LineTooLong extends IOException {
        LineTooLong() {
            super("it has more than " + LONGEST + " bytes");
        }
    }
}
