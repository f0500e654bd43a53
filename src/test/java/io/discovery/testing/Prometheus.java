package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A real Prometheus with {@code cluster-config/prometheus.yml} and its alerts as they are shipped, with other ports and
 * intervals.
 */
public final class Prometheus implements AutoCloseable {

    private static final Path SHIPPED = Path.of("cluster-config", "prometheus.yml");
    private static final String SHIPPED_MEMBER = "127.0.0.1:8080";
    private static final String SHIPPED_INTERVAL = "_interval: 15s";

    private static final String SHIPPED_JOB = "  - job_name: discovery\n    static_configs:\n      - targets: [%s]\n";
    /** The times in the file of alerts: how long a condition must hold, and the ranges of rates. */
    private static final Pattern HOLDS = Pattern.compile("for: \\d+[mh]");

    private static final Pattern RANGE = Pattern.compile("\\[\\d+[mh]]");
    /** How far alerts look back for targets that are no more, and how long these must have been there. */
    private static final Pattern MEMORY = Pattern.compile("\\[1d(:5m)?]");

    private static final String STEADY = "[10m:1m]";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExternalProcess process;
    private final Path file;
    private final int member;
    private final int port;
    private final TestClient client;

    private Prometheus(ExternalProcess process, Path file, int member, int port) {
        this.process = process;
        this.file = file;
        this.member = member;
        this.port = port;
        this.client = new TestClient(port);
    }

    /**
     * A target that Prometheus scrapes.
     *
     * @param address as the member told it, unless the file of Prometheus changes that
     * @param labels of its series
     * @param discovered the labels that the member told
     * @param isUp whether the last scrape worked
     */
    public record Target(String address, Map<String, String> labels, Map<String, String> discovered, boolean isUp) {}

    /** Returns the path of the program. Without the program the test is skipped, aloud. */
    public static Path require() {
        return Tools.require("prometheus");
    }

    /**
     * Starts a Prometheus that asks a member each second, and waits until it is ready.
     *
     * @param dir an empty folder for what it stores
     */
    public static Prometheus start(int member, Path dir) {
        return start(member, dir, UnaryOperator.identity());
    }

    /** @param change another change of the text of its file */
    public static Prometheus start(int member, Path dir, UnaryOperator<String> change) {
        return start(member, dir, change, UnaryOperator.identity());
    }

    /**
     * Starts a Prometheus whose alerts fire when their conditions have held for three seconds; rates are those of 15 s, and
     * targets are remembered for 40 s.
     *
     * @param jobs the ports of the members of each job
     */
    public static Prometheus alerting(Map<String, List<Integer>> jobs, Path dir) {
        return watching(jobs, dir, alerts -> {
            assertThat(alerts).contains(STEADY).containsPattern(MEMORY);
            String remembering = MEMORY.matcher(alerts.replace(STEADY, "[3s:1s]"))
                    .replaceAll(memory -> memory.group(1) == null ? "[40s]" : "[40s:1s]");
            return RANGE.matcher(HOLDS.matcher(remembering).replaceAll("for: 3s"))
                    .replaceAll("[15s]");
        });
    }

    /**
     * Starts a Prometheus whose alerts have the times that they are shipped with.
     *
     * @param members the ports of all members of a cluster
     */
    public static Prometheus watching(List<Integer> members, Path dir) {
        return watching(Map.of("discovery", members), dir, UnaryOperator.identity());
    }

    private static Prometheus watching(
            Map<String, List<Integer>> jobs, Path dir, UnaryOperator<String> changeOfAlerts) {
        int first = jobs.values().iterator().next().get(0);
        return start(first, dir, text -> withJobs(text, first, jobs), changeOfAlerts);
    }

    /** Returns the text of a file with these jobs in place of the one that it is shipped with. */
    private static String withJobs(String text, int member, Map<String, List<Integer>> jobs) {
        String shipped = SHIPPED_JOB.formatted("127.0.0.1:" + member);
        String wanted = jobs.entrySet().stream()
                .map(job -> SHIPPED_JOB
                        .formatted(job.getValue().stream()
                                .map(port -> "127.0.0.1:" + port)
                                .collect(Collectors.joining(", ")))
                        .replace("job_name: discovery", "job_name: " + job.getKey()))
                .collect(Collectors.joining());
        assertThat(text).contains(shipped);
        return text.replace(shipped, wanted).replace("global:\n", "global:\n  evaluation_interval: 1s\n");
    }

    /** Returns the text of the shipped file for this member. */
    private static String shipped(int member) throws IOException {
        String shipped = Files.readString(SHIPPED);
        assertThat(shipped).contains(SHIPPED_MEMBER, SHIPPED_INTERVAL);
        return shipped.replace(SHIPPED_MEMBER, "127.0.0.1:" + member).replace(SHIPPED_INTERVAL, "_interval: 1s");
    }

    private static Prometheus start(
            int member, Path dir, UnaryOperator<String> change, UnaryOperator<String> changeOfAlerts) {
        int port = Ports.free(1).get(0);
        try {
            Path file = Files.writeString(dir.resolve("prometheus.yml"), change.apply(shipped(member)));
            Files.writeString(
                    Files.createDirectories(dir.resolve("prometheus")).resolve("alerts.yml"),
                    changeOfAlerts.apply(Files.readString(AlertRules.FILE)));
            Program program = Program.of(
                    require().toString(),
                    "--config.file=" + file,
                    "--web.listen-address=127.0.0.1:" + port,
                    "--storage.tsdb.path=" + dir.resolve("tsdb"));
            Prometheus started = new Prometheus(program.start("Prometheus"), file, member, port);
            started.process.awaitReady(PATIENCE, () -> started.client.answers("/-/ready"));
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Gives a Prometheus with alerts other targets while it runs, as its service discovery does.
     *
     * @param jobs the ports of the members of each job; none if all of them are gone
     */
    public void retarget(Map<String, List<Integer>> jobs) {
        try {
            Files.writeString(file, withJobs(shipped(member), member, jobs));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        process.signal("HUP");
    }

    /** Returns the addresses of the targets of a job. */
    public Set<String> addresses(String job) {
        return targets(job).map(Target::address).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Returns the target of a job that has this address.
     *
     * @throws AssertionError if there is none
     */
    public Target target(String job, String address) {
        return targets(job)
                .filter(target -> target.address().equals(address))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no target " + address));
    }

    private Stream<Target> targets(String job) {
        return elements(api("targets?state=active").path("activeTargets"))
                .filter(target -> target.at("/labels/job").asText().equals(job))
                .map(Prometheus::target);
    }

    private static Target target(JsonNode json) {
        return new Target(
                json.at("/labels/instance").asText(),
                texts(json.path("labels")),
                texts(json.path("discoveredLabels")),
                json.path("health").asText().equals("up"));
    }

    /** Returns the labels of the series that answer a query, such as {@code up == 1}. */
    public List<Map<String, String>> series(String query) {
        return elements(api("query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                        .path("result"))
                .map(each -> texts(each.path("metric")))
                .toList();
    }

    /**
     * A value at a moment.
     *
     * @param seconds since the begin of what was asked for
     */
    public record Sample(double seconds, double value) {}

    /**
     * Returns the course of each series that answers a query, by the member that it is about.
     *
     * @param begin where it begins; it ends now
     * @param stepSeconds from one sample to the next
     */
    public Map<String, List<Sample>> courses(String query, Instant begin, int stepSeconds) {
        JsonNode answer = api("query_range?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&start="
                + begin.getEpochSecond() + "&end=" + Instant.now().getEpochSecond() + "&step=" + stepSeconds);
        Map<String, List<Sample>> courses = new TreeMap<>();
        elements(answer.path("result"))
                .forEach(series -> courses.put(
                        series.at("/metric/instance").asText(),
                        elements(series.path("values"))
                                .map(value -> new Sample(
                                        value.path(0).asDouble() - begin.getEpochSecond(),
                                        Double.parseDouble(value.path(1).asText())))
                                .filter(sample -> Double.isFinite(sample.value()))
                                .toList()));
        return courses;
    }

    /** Returns the alerts that fire, each with the member that it names behind a space, or the job. */
    public Set<String> firing() {
        return series("ALERTS{alertstate=\"firing\"}").stream()
                .map(alert -> alert.get("alertname") + " " + alert.getOrDefault("instance", alert.get("job")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Counts how often the alerts have been evaluated. */
    public double evaluations() {
        return client.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("prometheus_rule_group_iterations_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .min()
                .orElse(0);
    }

    /** Counts the lists of targets that Prometheus did not get or could not use. */
    public double failures() {
        return client.metric("prometheus_sd_http_failures_total");
    }

    private JsonNode api(String path) {
        String body = client.get("/api/v1/" + path).body();
        try {
            JsonNode answer = JSON.readTree(body);
            assertThat(answer.path("status").asText()).as(body).isEqualTo("success");
            return answer.path("data");
        } catch (IOException noJson) {
            throw new UncheckedIOException(noJson);
        }
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties()
                .forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
        return texts;
    }

    public int port() {
        return port;
    }

    public String log() {
        return process.log();
    }

    /** Sends SIGKILL: Prometheus has nothing to put in order. */
    @Override
    public void close() {
        process.close();
    }
}
