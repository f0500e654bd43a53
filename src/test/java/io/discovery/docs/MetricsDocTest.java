package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.AlertRules;
import io.discovery.testing.Dashboard;
import io.discovery.testing.EquippedMember;
import io.discovery.testing.Markdown;
import io.discovery.testing.PromQl;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The meters in src/docs/metrics.md and those of a member that has had some traffic. */
class MetricsDocTest {

    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (discovery_\\S+) (\\S+)$");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(discovery_[^{ ]+)(?:\\{([^}]*)})? (\\S+)$");
    private static final Pattern SERIES = Pattern.compile("(?m)^([a-z]\\w*)[{ ]");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"[^\"]*\"");

    @TempDir
    private Path dir;

    private final Markdown page = Markdown.read("src/docs/metrics.md");

    @Test
    void thePageHasEveryMeterOfAMemberWithItsTypeAndNoOther() {
        Map<String, String> types = new TreeMap<>();
        TYPE.matcher(scrape()).results().forEach(type -> types.put(type.group(1), type.group(2)));

        assertThat(column(1)).isEqualTo(types);
    }

    @Test
    void everyMeterHasTheLabelsOfThePage() {
        Map<String, String> labels = new TreeMap<>();
        SAMPLE.matcher(scrape()).results().forEach(sample -> {
            String names = sample.group(2) == null
                    ? ""
                    : LABEL.matcher(sample.group(2))
                            .results()
                            .map(label -> label.group(1))
                            .collect(Collectors.joining(", "));
            // A summary's samples are its count and its sum.
            labels.put(sample.group(1).replaceFirst("_(count|sum)$", ""), names);
        });

        Map<String, String> told = column(3);
        told.replaceAll((meter, cell) -> cell.replace("`", ""));
        assertThat(told).isEqualTo(labels);
    }

    @Test
    void everyMeterIsANumber() {
        assertThat(SAMPLE.matcher(scrape()).results().map(sample -> Double.parseDouble(sample.group(3))))
                .isNotEmpty()
                .allMatch(Double::isFinite);
    }

    @Test
    void theAlertsAndTheDashboardAskForMetersThatThereAre() {
        Set<String> there = SERIES.matcher(scrape())
                .results()
                .map(series -> series.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        there.add("up");
        Map<String, String> asked = new TreeMap<>();
        AlertRules.shipped().rules().forEach(rule -> asked.put(rule.name(), rule.expression()));
        Dashboard.shipped()
                .queries()
                .forEach(query -> asked.merge(query.panel(), query.expression(), "%s + %s"::formatted));

        assertThat(there).contains("discovery_ready", "jvm_gc_live_data_size_bytes");
        assertThat(asked)
                .hasSizeGreaterThan(90)
                .allSatisfy((name, expression) -> assertThat(there).as(name).containsAll(PromQl.metricsIn(expression)));
    }

    private Map<String, String> column(int index) {
        return page.rowsUnder("name", "type", "unit", "labels", "meaning").stream()
                .collect(Collectors.toMap(row -> row.get(0), row -> row.get(index), (a, b) -> a + b, TreeMap::new));
    }

    /** Returns the meters of a member that has them all. */
    private String scrape() {
        try (TestMember member = TestMember.start(EquippedMember.settings(dir))) {
            TestClient client = member.client();
            client.register("payments", "127.0.0.2");
            client.get("/v1/registration/payments");
            client.post("/v1/loadbalancing/payments", Map.of("load_balancing_weight", "7"));
            client.delete("/v1/registration/payments/127.0.0.2");
            client.get("/nowhere");
            // Its meters are there from the first collection on.
            System.gc();
            await().until(() -> client.get("/metrics").body().contains("jvm_gc_pause_seconds_sum"));
            return client.get("/metrics").body();
        }
    }
}
