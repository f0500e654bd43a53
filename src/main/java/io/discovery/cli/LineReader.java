package io.discovery.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines of UTF-8, none of which takes more memory than a host can have. The mark of byte order with which some editors
 * begin a file is no part of the first.
 */
final class LineReader {

    /** The most bytes: a host has 16 kB, and each of its characters may be written in six. */
    static final int LONGEST = 256 * 1024;

    private static final byte[] ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

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
     * @throws UnusableLine if it is too long, or no UTF-8; the next one can be read
     */
    @Nullable
    String next() throws IOException {
        if (number == 0) {
            skipOrderMark();
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int each = in.read();
        if (each < 0) {
            return null;
        }
        number++;
        while (each >= 0 && each != '\n') {
            if (line.size() == LONGEST) {
                skipRest();
                throw new UnusableLine("it has more than " + LONGEST + " bytes");
            }
            line.write(each);
            each = in.read();
        }
        return text(line.toByteArray());
    }

    private void skipOrderMark() throws IOException {
        in.mark(ORDER_MARK.length);
        if (!Arrays.equals(in.readNBytes(ORDER_MARK.length), ORDER_MARK)) {
            in.reset();
        }
    }

    private static String text(byte[] line) throws UnusableLine {
        try {
            // A decoder that is made so reports malformed bytes; other ways put U+FFFD in their place.
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new UnusableLine("it is not UTF-8");
        }
    }

    private void skipRest() throws IOException {
        int each = in.read();
        while (each >= 0 && each != '\n') {
            each = in.read();
        }
    }

    /** A line that no host can have. */
    static final class UnusableLine extends IOException {
        UnusableLine(String why) {
            super(why);
        }
    }
}
