package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.testing.AlertRules;
import io.discovery.testing.AlertRules.Rule;
import io.discovery.testing.Markdown;
import io.discovery.testing.Program;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The alerts for Prometheus, the tests of them that promtool runs, and the page that says what to do. */
class AlertsTest {

    private static final List<String> TESTS = List.of(
            "src/test/resources/prometheus/alerts-test.yml", "src/test/resources/prometheus/alerts-of-a-day-test.yml");
    private static final String PAGE = "src/docs/operations.md";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern ALERT = Pattern.compile("Discovery[A-Z]\\w+");
    private static final Pattern SECTION = Pattern.compile("(?m)^### (Discovery\\w+)$\\n\\n(\\S.{60,})");

    private final List<Rule> rules = AlertRules.shipped().rules();

    @Test
    void promtoolAcceptsThemAndSeesEachFireAndNotFire() {
        String promtool = Tools.require("promtool").toString();

        assertThat(run(promtool, "check", "config", "cluster-config/prometheus.yml"))
                .contains(rules.size() + " rules found");
        assertThat(TESTS)
                .allSatisfy(tests ->
                        assertThat(run(promtool, "test", "rules", tests)).contains("SUCCESS"));
    }

    private static String run(String... command) {
        return Program.of(command).run(PATIENCE).succeeded().output();
    }

    /** Looks at the tests of single alerts, and at the one in which none fires. */
    @Test
    void eachIsSeenToFireAndToWait() {
        Map<String, Set<Boolean>> firings = new TreeMap<>();
        Set<String> seenAtRest = new TreeSet<>();
        TESTS.stream().flatMap(AlertsTest::testsIn).forEach(test -> {
            String name = test.path("name").asText();
            AlertRules.elements(test.path("alert_rule_test")).forEach(look -> {
                String alert = look.path("alertname").asText();
                boolean fires = !look.path("exp_alerts").isEmpty();
                if (name.equals(alert)) {
                    firings.computeIfAbsent(alert, each -> new TreeSet<>()).add(fires);
                } else {
                    assertThat(fires).as("%s in the test %s", alert, name).isFalse();
                    seenAtRest.add(alert);
                }
            });
        });

        assertThat(rules).hasSizeGreaterThan(40);
        assertThat(rules)
                .extracting(Rule::name)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(seenAtRest);
        assertThat(firings.keySet()).isEqualTo(seenAtRest);
        assertThat(firings).allSatisfy((alert, seen) -> assertThat(seen).containsExactly(false, true));
    }

    private static Stream<JsonNode> testsIn(String file) {
        return AlertRules.elements(AlertRules.yaml(Path.of(file)).path("tests"));
    }

    @Test
    void eachNamesItsMemberItsSeverityAndASectionOfItsOwn() {
        Set<String> anchors = Markdown.read(PAGE).anchors();

        assertThat(rules).allSatisfy(rule -> {
            String anchor = rule.name().toLowerCase(Locale.ROOT);
            assertThat(rule.severity()).isIn("critical", "warning");
            assertThat(rule.runbook()).isEqualTo(PAGE + "#" + anchor);
            assertThat(anchors).contains(anchor);
        });
        assertThat(rules)
                .filteredOn(rule -> !rule.summary().contains("{{ $labels.instance }}"))
                .as("without a member to name")
                .extracting(Rule::name)
                .containsExactly("DiscoveryNotWatched");
    }

    @Test
    void thePageHasSectionsForTheseAlertsAlone() throws IOException {
        Set<String> sections = SECTION.matcher(Files.readString(Path.of(PAGE)))
                .results()
                .map(section -> section.group(1))
                .collect(Collectors.toSet());

        assertThat(rules).extracting(Rule::name).containsExactlyInAnyOrderElementsOf(sections);
    }

    @Test
    void eachPromiseHasItsAlerts() {
        List<List<String>> promises =
                Markdown.read(PAGE).rowsUnder("what happens ([promise](guarantees.md#what-is-promised))");

        assertThat(promises)
                .extracting(row -> row.get(0))
                .containsExactlyElementsOf(
                        Markdown.read("src/docs/guarantees.md").rowsUnder("what happens", "what holds").stream()
                                .map(row -> row.get(0))
                                .toList());
        assertThat(promises).allSatisfy(row -> {
            List<String> named = alertsIn(row.get(1)).toList();
            assertThat(rules).extracting(Rule::name).containsAll(named);
            assertThat(named.isEmpty()).as(row.get(0)).isEqualTo(row.get(1).startsWith("none: "));
        });
    }

    private static Stream<String> alertsIn(String text) {
        return ALERT.matcher(text).results().map(found -> found.group());
    }
}
