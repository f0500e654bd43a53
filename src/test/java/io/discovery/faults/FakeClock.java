package io.discovery.faults;

import java.nio.file.Files;
import java.nio.file.Path;

/** libfaketime: a process started with it has the wall clock that a file says. */
final class FakeClock {

    static final Path LIBRARY = Path.of("/usr/lib", architecture(), "faketime", "libfaketime.so.1");

    private FakeClock() {}

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
    }

    static boolean isThere() {
        return Files.exists(LIBRARY);
    }
}
