package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The unit of {@code cluster-config/heartbeat} for the service payments, started as systemd starts it: the program of
 * its {@code ExecStart} with the variables of {@code Environment} and of the file in {@code EnvironmentFile}, and no
 * others.
 */
public final class HeartbeatUnit implements AutoCloseable {

    private static final Path FOLDER = Path.of("cluster-config", "heartbeat").toAbsolutePath();
    private static final Path UNIT = FOLDER.resolve("discovery-heartbeat@.service");
    private static final String SERVICE = "payments";
    /** The paths of the files as the comments of the unit say, with the paths that they have here. */
    private static final Map<String, String> INSTALLED =
            Map.of("/usr/local/lib/discovery/", FOLDER + "/", "/etc/discovery/", FOLDER + "/", "%i", SERVICE);

    private static final Pattern QUOTED = Pattern.compile("'(.*)'");

    private final ExternalProcess process;

    private HeartbeatUnit(ExternalProcess process) {
        this.process = process;
    }

    /**
     * Starts the unit.
     *
     * @param changes other values of settings; an empty text removes one
     */
    public static HeartbeatUnit start(Map<String, String> changes) {
        Map<String, String> environment =
                new HashMap<>(Map.of("PATH", System.getenv().getOrDefault("PATH", "")));
        values("Environment").forEach(each -> put(each, environment));
        values("EnvironmentFile").forEach(file -> lines(Path.of(file)).forEach(each -> put(each, environment)));
        environment.putAll(changes);
        environment.values().removeIf(String::isEmpty);
        Program program = Program.of(values("ExecStart")).withOnly(environment);
        return new HeartbeatUnit(program.start("the heartbeat"));
    }

    /** Writes a copy of the unit with the paths of this checkout, in a file that has the name of an instance. */
    public static Path copyTo(Path dir) {
        try {
            return Files.write(
                    dir.resolve("discovery-heartbeat@" + SERVICE + ".service"),
                    lines(UNIT).map(HeartbeatUnit::here).toList());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<String> values(String key) {
        List<String> values = lines(UNIT)
                .filter(line -> line.startsWith(key + "="))
                .map(line -> here(line.substring(key.length() + 1)))
                .toList();
        assertThat(values).as(key).isNotEmpty();
        return values;
    }

    private static String here(String text) {
        String here = text;
        for (Map.Entry<String, String> each : INSTALLED.entrySet()) {
            here = here.replace(each.getKey(), each.getValue());
        }
        return here;
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.startsWith("#"))
                    .filter(line -> !line.isBlank());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Adds a variable. The files use single quotes, one of the forms of systemd.exec(5). */
    private static void put(String assignment, Map<String, String> environment) {
        String[] parts = assignment.split("=", 2);
        environment.put(parts[0], QUOTED.matcher(parts[1]).replaceFirst("$1"));
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.terminate();
    }

    /** Waits for the end and returns the exit code. */
    public int awaitExit() {
        return process.awaitExit();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }
}
