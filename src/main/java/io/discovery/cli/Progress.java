package io.discovery.cli;

import io.discovery.cli.text.Output;
import java.time.Duration;
import java.util.function.Supplier;

/** The progress of a long command, on one line of a terminal that changes; nowhere else. */
final class Progress {

    private static final long PERIOD = Duration.ofMillis(200).toNanos();
    private static final String CLEAR = "\r\u001b[K";

    private final Streams streams;
    private long shown = System.nanoTime();
    private boolean isShown;

    Progress(Streams streams) {
        this.streams = streams;
    }

    /** Shows a line, unless there was one just now. */
    void show(Supplier<String> line) {
        long now = System.nanoTime();
        if (streams.showsProgress() && now - shown > PERIOD) {
            shown = now;
            isShown = true;
            write(CLEAR + line.get());
        }
    }

    /** Shows a line that says why nothing goes on. */
    void showNow(String line) {
        if (streams.showsProgress()) {
            shown = System.nanoTime();
            isShown = true;
            write(CLEAR + line);
        }
    }

    /** Takes the line away. */
    void end() {
        if (isShown) {
            isShown = false;
            write(CLEAR);
        }
    }

    private void write(String text) {
        Output err = streams.err();
        err.write(text);
        err.flush();
    }
}
