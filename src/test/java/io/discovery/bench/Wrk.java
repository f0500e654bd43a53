package io.discovery.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator wrk: as many requests as it can on a number of connections. */
final class Wrk {

    private static final int CONNECTIONS = 64;
    private static final Pattern RATE = Pattern.compile("Requests/sec: +([0-9.]+)");
    private static final Pattern SLOWEST_OF_HUNDRED = Pattern.compile("99% +([0-9.]+)(us|ms|s)");

    private Wrk() {}

    /**
     * What came of a run.
     *
     * @param rate answers a second
     * @param p99Micros of a hundred answers the slowest, in microseconds
     */
    record Result(double rate, double p99Micros) {}

    static boolean isThere() {
        try {
            return new ProcessBuilder("sh", "-c", "command -v wrk").start().waitFor() == 0;
        } catch (IOException none) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @param more headers, or a script: wrk's own options */
    static Result run(String url, Duration time, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                "wrk", "-t1", "-c" + CONNECTIONS, "-d" + time.toSeconds() + "s", "--timeout", "10s", "--latency"));
        command.addAll(more);
        command.add(url);
        try {
            Process wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (printed.contains("Non-2xx") || printed.contains("Socket errors")) {
                throw new AssertionError(String.join(" ", command) + ": " + printed);
            }
            Matcher slowest = found(SLOWEST_OF_HUNDRED, printed);
            double unit = switch (slowest.group(2)) {
                case "us" -> 1;
                case "ms" -> 1_000;
                default -> 1_000_000;
            };
            return new Result(
                    Double.parseDouble(found(RATE, printed).group(1)), Double.parseDouble(slowest.group(1)) * unit);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Matcher found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in " + text);
        }
        return matcher;
    }
}
