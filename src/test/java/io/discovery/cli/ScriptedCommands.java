package io.discovery.cli;

import com.sun.net.httpserver.HttpExchange;
import io.discovery.cli.text.Output;
import io.discovery.testing.ScriptedMember;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs of commands in this process against a scripted server, with their input and all that they print. */
final class ScriptedCommands {

    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    String in = "";
    List<String> terminals = List.of();

    /** Runs a command with two endpoints that are one server. */
    int run(ScriptedMember server, String... arguments) {
        return runInto(out, err, server, arguments);
    }

    int runWithoutReader(ScriptedMember server, String... arguments) {
        return runInto(new BrokenPipe(), err, server, arguments);
    }

    int runWithoutReaderOfErrors(ScriptedMember server, String... arguments) {
        return runInto(out, new BrokenPipe(), server, arguments);
    }

    int runWithFullErrors(ScriptedMember server, String... arguments) {
        return runInto(out, new FullDisk(), server, arguments);
    }

    private int runInto(OutputStream output, OutputStream errors, ScriptedMember server, String... arguments) {
        String base = "http://127.0.0.1:" + server.port();
        Streams streams = new Streams(
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new Output(output),
                new Output(errors),
                terminals);
        return new Program(Map.of("DISCOVERY_ENDPOINTS", base + "," + base + "/second"), streams).run(arguments);
    }

    static boolean isSecond(HttpExchange exchange) {
        return exchange.getRequestURI().getPath().startsWith("/second");
    }

    String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    static boolean reaches(CountDownLatch latch, int seconds) {
        try {
            return latch.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A file that takes no more. */
    private static final class FullDisk extends OutputStream {
        @Override
        public void write(int each) throws IOException {
            throw new IOException("No space left on device");
        }
    }

    /** A pipe whose reader has ended. */
    private static final class BrokenPipe extends OutputStream {
        @Override
        public void write(int each) throws IOException {
            throw new IOException("Broken pipe");
        }
    }
}
