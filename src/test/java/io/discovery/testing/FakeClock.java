package io.discovery.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * A clock of libfaketime: a process with this clock has the wall clock that a file says, and the true monotonic clock.
 */
public final class FakeClock {

    private static final Path LIBRARY = Path.of("/usr/lib", architecture(), "faketime", "libfaketime.so.1");

    private final Path file;

    /** Creates a clock that shows the time until it is {@link #set}. */
    public FakeClock(Path file) {
        this.file = file;
        set(Duration.ZERO);
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
    }

    public static boolean isThere() {
        return Files.exists(LIBRARY);
    }

    /**
     * Returns the environment of a process with this clock. Only the wall clock is wrong: the library's "fix" for waits
     * on the monotonic clock is for an old C library; with it, every wait of Java ends at once.
     */
    public Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", LIBRARY.toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /** Sets the clock wrong, to the millisecond. The process sees it within a second. */
    public void set(Duration offset) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, String.format(Locale.ROOT, "%+.3f%n", offset.toMillis() / 1_000.0));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
