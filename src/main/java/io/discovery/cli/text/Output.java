package io.discovery.cli.text;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A stream of lines in UTF-8: the standard output, or a file. A line that cannot be written ends the command. */
public final class Output {

    private static final int BUFFER = 64 * 1024;

    private final OutputStream stream;

    /** The end of a reader that has enough, as {@code head} does: the command knows whether that is a failure. */
    public static final class ReaderGone extends RuntimeException {
        ReaderGone() {
            super("the reader of the output has ended", null, false, false);
        }
    }

    public Output(OutputStream stream) {
        this.stream = new BufferedOutputStream(stream, BUFFER);
    }

    /**
     * Writes a line.
     *
     * @throws ReaderGone if it is a pipe whose reader has ended
     * @throws Failure if the disk is full, for example
     */
    public void line(String text) {
        write(text + "\n");
    }

    /** Writes text without a line end, as {@link #line} writes a line. */
    public void write(String text) {
        try {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw failure(failed);
        }
    }

    /** Sends on what was written so far, as {@link #line} does. */
    public void flush() {
        try {
            stream.flush();
        } catch (IOException failed) {
            throw failure(failed);
        }
    }

    private static RuntimeException failure(IOException failed) {
        String why = String.valueOf(failed.getMessage());
        return why.contains("Broken pipe") || why.contains("pipe is being closed")
                ? new ReaderGone()
                : Failure.refused("the output cannot be written: " + Printable.of(why));
    }
}
