package io.discovery.testing;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A run of the built jar that ends by itself.
 *
 * @param output what it wrote to its standard output
 * @param errors what it wrote to its standard error
 */
public record ProgramRun(int exitCode, String output, String errors) {

    private static final int PATIENCE_SECONDS = 60;

    /** Runs it with this environment and no other variable. */
    public static ProgramRun of(Map<String, String> environment, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String jar = Path.of("target", "discovery.jar").toString();
        List<String> command = Stream.concat(Stream.of(java, "-jar", jar), Stream.of(arguments))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return of(builder.start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static ProgramRun of(Process process) {
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> text(process.inputReader()));
        CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> text(process.errorReader()));
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the program still runs after " + PATIENCE_SECONDS + " s");
            }
            return new ProgramRun(process.exitValue(), output.join(), errors.join());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(Reader reader) {
        StringBuilder text = new StringBuilder();
        try (reader) {
            char[] some = new char[8192];
            for (int count = reader.read(some); count >= 0; count = reader.read(some)) {
                text.append(some, 0, count);
            }
            return text.toString();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
