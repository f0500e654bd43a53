package io.discovery.testing;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A running {@link Program} with its log, which every failure quotes. {@link #close} kills the program and all that it
 * started. The log can be read after that too.
 */
public final class ExternalProcess implements AutoCloseable {

    /** A killed program ends at once; one that gets SIGTERM may have work to finish. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration SIGNAL_PATIENCE = Duration.ofSeconds(10);

    /** The programs that run. They end with this process at the latest, whatever happens to the test. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(ExternalProcess::killWithDescendants)));
    }

    private final String name;
    private final Process process;
    private final Path log;

    ExternalProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        RUNNING.removeIf(other -> !other.isAlive());
        RUNNING.add(process);
    }

    private static void killWithDescendants(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.toHandle().destroyForcibly();
    }

    /**
     * Waits until the program is ready.
     *
     * @throws AssertionError if the program ends before that, or is not ready after this time; it is killed then
     */
    public void awaitReady(Duration patience, Callable<Boolean> ready) {
        if (!becomesReady(patience, ready)) {
            throw new AssertionError(ended());
        }
    }

    /**
     * Waits until the program is ready, or has ended.
     *
     * @return false if the program has ended
     * @throws AssertionError if it still runs after this time and is not ready; it is killed then
     */
    public boolean becomesReady(Duration patience, Callable<Boolean> ready) {
        try {
            await().atMost(patience)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !process.isAlive() || ready.call());
        } catch (ConditionTimeoutException late) {
            close();
            throw new AssertionError(name + " is not ready after " + patience + ": " + log(), late);
        }
        return process.isAlive();
    }

    /**
     * Checks that the program runs.
     *
     * @throws AssertionError if it has ended
     */
    public void assertAlive() {
        if (!process.isAlive()) {
            throw new AssertionError(ended());
        }
    }

    private String ended() {
        return name + " ended with exit code " + process.exitValue() + ": " + log();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /**
     * Returns the output of a program that was started with pipes. Output from before the end can be read after it.
     */
    public BufferedReader output() {
        return process.inputReader();
    }

    /** Returns the input of a program that was started with pipes. */
    public BufferedWriter input() {
        return process.outputWriter();
    }

    /** Returns all that the program has written to its log so far. */
    public String log() {
        return text(log);
    }

    /** Reads a file that another process may be writing, perhaps within a character. */
    static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Sends a signal by its name: STOP, CONT. */
    public void signal(String signal) {
        Program.of("kill", "-" + signal, Long.toString(pid()))
                .run(SIGNAL_PATIENCE)
                .succeeded();
    }

    /** Sends SIGTERM and does not wait for the end. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Sends SIGTERM and waits for the end. */
    public int stop() {
        terminate();
        return awaitExit();
    }

    /** Sends SIGKILL and does not wait for the end. The process's own method would discard its output. */
    public void killNow() {
        process.toHandle().destroyForcibly();
    }

    /** Sends SIGKILL and waits for the end. */
    public void kill() {
        killNow();
        awaitExit();
    }

    /** Waits for the end and returns the exit code. */
    public int awaitExit() {
        return awaitExit(PATIENCE);
    }

    /**
     * Waits for the end and returns the exit code. A thread that is interrupted meanwhile kills the program.
     *
     * @throws AssertionError if the program still runs after this time
     */
    public int awaitExit(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " still runs after " + patience + ": " + log());
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            killNow();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        killWithDescendants(process);
        awaitExit();
    }
}
