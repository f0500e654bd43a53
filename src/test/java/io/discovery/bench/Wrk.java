package io.discovery.bench;

import io.discovery.testing.ExternalProcess;
import io.discovery.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator wrk: as many requests as it can on a number of connections, or as many as it is told. */
final class Wrk {

    static final int CONNECTIONS = 64;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Pattern RATE = Pattern.compile("Requests/sec: +([0-9.]+)");
    private static final Pattern SLOWEST_OF_HUNDRED = Pattern.compile("99% +([0-9.]+)(us|ms|s)");

    private Wrk() {}

    /**
     * The result of a run.
     *
     * @param rate answers a second
     * @param p99Micros of a hundred answers the slowest, in microseconds
     * @param processorMicros the members' processor time for an answer, in microseconds; 0 if it is not measured
     */
    record Result(double rate, double p99Micros, double processorMicros) {

        Result(double rate, double p99Micros) {
            this(rate, p99Micros, 0);
        }

        Result withProcessorTime(Duration used, Duration time) {
            return new Result(rate, p99Micros, used.toNanos() / 1_000.0 / (rate * time.toSeconds()));
        }
    }

    /** Checks that wrk is installed. */
    static void require() {
        if (!isThere()) {
            throw new AssertionError("there is no wrk: apt-get install wrk");
        }
    }

    /** Adds the results of runs at the same time. */
    static Result together(List<Result> results) {
        return new Result(
                results.stream().mapToDouble(Result::rate).sum(),
                results.stream().mapToDouble(Result::p99Micros).max().orElseThrow());
    }

    private static boolean isThere() {
        return Program.of("sh", "-c", "command -v wrk").run(PATIENCE).exitCode() == 0;
    }

    /** @param more headers, or a script: wrk's own options */
    static Result run(String url, Duration time, List<String> more) {
        return start(url, CONNECTIONS, time, more).result();
    }

    /** Starts a run that ends by itself. */
    static Running start(String url, int connections, Duration time, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                "wrk", "-t1", "-c" + connections, "-d" + time.toSeconds() + "s", "--timeout", "10s", "--latency"));
        command.addAll(more);
        command.add(url);
        return new Running(Program.of(command).start(String.join(" ", command)), time.plus(PATIENCE));
    }

    record Running(ExternalProcess process, Duration patience) {

        /** Waits for the end. */
        Result result() {
            String printed;
            try (process) {
                process.awaitExit(patience);
                printed = process.log();
            }
            if (printed.contains("Non-2xx") || printed.contains("Socket errors")) {
                throw new AssertionError(printed);
            }
            Matcher slowest = found(SLOWEST_OF_HUNDRED, printed);
            double unit = switch (slowest.group(2)) {
                case "us" -> 1;
                case "ms" -> 1_000;
                default -> 1_000_000;
            };
            return new Result(
                    Double.parseDouble(found(RATE, printed).group(1)), Double.parseDouble(slowest.group(1)) * unit);
        }
    }

    private static Matcher found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in " + text);
        }
        return matcher;
    }

    /**
     * A script of heartbeats, one host after the other.
     *
     * @param pauseMillis between two requests of a connection
     */
    static Path heartbeats(Path dir, int hosts, int pauseMillis) throws IOException {
        return Files.writeString(
                dir.resolve("heartbeats-" + hosts + "-" + pauseMillis + ".lua"),
                """
                local n = 0
                wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
                request = function()
                  n = (n + 7) %% %d
                  local body = "ip=127.30." .. math.floor(n / 250) .. "." .. (1 + n %% 250)
                    .. "&port=80&revision=abcdef&service_repo_name=repo"
                    .. "&tags=%%7B%%22az%%22%%3A%%22a%%22%%2C%%22region%%22%%3A%%22r%%22%%2C%%22instance_id%%22%%3A%%22i%%22%%7D"
                  return wrk.format("POST", nil, nil, body)
                end
                """.formatted(hosts) + (pauseMillis == 0 ? "" : "delay = function() return " + pauseMillis + " end\n"));
    }

    /** A script that posts a file as it is. */
    static Path json(Path dir, Path body) throws IOException {
        return Files.writeString(dir.resolve("json.lua"), """
                local file = io.open("%s")
                wrk.method = "POST"
                wrk.headers["Content-Type"] = "application/json"
                wrk.body = file:read("*a")
                """.formatted(body));
    }
}
