package io.discovery.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;

/** A Java agent with a thread that writes to the log of java.util.logging, and that an exception ends, as soon as a file exists. */
public final class FailingThread {

    /** The message of the exception, on two lines. */
    public static final String MESSAGE = "planted\n2026-01-01T00:00:00.000Z ERROR [main] Member: forged";

    private FailingThread() {}

    /** Starts the agent; Java calls it. */
    public static void premain(String file) {
        Thread failing = new Thread(() -> fail(Path.of(file)), "failing");
        failing.setDaemon(true);
        failing.start();
    }

    private static void fail(Path file) {
        while (!Files.exists(file)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        Logger.getLogger(FailingThread.class.getName()).warning("planted by java.util.logging");
        throw new IllegalStateException(MESSAGE, new IllegalArgumentException("the cause"));
    }

    /** Returns the option of Java that loads the agent, whose jar is written into {@code dir}. */
    public static String option(Path dir, Path file) throws IOException {
        return AgentJar.option(FailingThread.class, dir, file);
    }
}
