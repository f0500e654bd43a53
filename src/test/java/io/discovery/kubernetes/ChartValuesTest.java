package io.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.config.Setting;
import io.discovery.testing.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The values of the Helm chart: their schema, their explanations, and the settings of members that they hold. */
final class ChartValuesTest {

    private static final String SCHEMA = "values.schema.json";
    /** Values that Helm hands to a chart which is a part of another. */
    private static final Set<String> OF_A_WHOLE = Set.of("global", "enabled");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replica=3",
                "replicas=0",
                "replicas=three",
                "backend=File",
                "backend=DynamoDB",
                "settings.BACKEND_STORAGE_BEFORE=DynamoDB",
                "storage.size=much",
                "image.pullPolicy=Sometimes",
                "settings.HOST_TLL=90s",
                "settings.BACKEND_STORAGE=InMemory",
                "settings.HOST_TTL=90",
                "settingsFromSecrets.DEBUG=true",
                "settingsFromSecrets.OTEL_HEADERS.name=a,settingsFromSecrets.OTEL_HEADERS.key=b",
                "tls.clientCaSecret=clients",
                "tls.secret=Not a name",
                "members.secret=one,members.tlsSecret=other",
                "serviceMonitor.interval=often",
                "nameOverride=a.b",
                "enabled=1",
            })
    void aWrongValueIsRefused(String value) {
        ProgramRun run = Chart.helm("template", "--set", value);

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains("the specifications of the schema");
    }

    /** The chart makes some settings itself; its values may hold all others. */
    @Test
    void everySettingIsEitherAValueOrMadeByTheChart() throws IOException {
        Set<String> inValues = new TreeSet<>();
        Chart.file(SCHEMA).at("/properties/settings/propertyNames/enum").forEach(name -> inValues.add(name.asText()));
        Set<String> others =
                new TreeSet<>(Stream.of(Setting.values()).map(Setting::name).toList());
        others.removeAll(inValues);

        String template = Files.readString(Chart.DIR.resolve("templates/statefulset.yaml"));
        // In a pod these have the values of the image, or their defaults.
        List<String> ofThePod =
                List.of("HOST", "PORT", "PLAIN_HOST", "APPLICATION_DIR", "CLUSTER_PORT", "CLUSTER_MEMBERS");
        assertThat(inValues)
                .isSubsetOf(Stream.of(Setting.values()).map(Setting::name).toList())
                .noneMatch(name -> template.contains("name: " + name + ","));
        assertThat(others)
                .filteredOn(name -> !ofThePod.contains(name))
                .allMatch(name ->
                        template.contains("{name: " + name + ",") || template.contains("- name: " + name + "\n"));
    }

    /** A value without a rule, or a rule without a value, is a mistake in one of the two files. */
    @Test
    void theSchemaHasTheNamesOfTheValues() throws IOException {
        List<String> values = names("", Chart.file("values.yaml"), new ArrayList<>());

        assertThat(values).contains("tls.secret", "replicas");
        assertThat(names(Chart.file(SCHEMA)))
                .filteredOn(name -> !OF_A_WHOLE.contains(name))
                .containsExactlyInAnyOrderElementsOf(values);
    }

    private static List<String> names(String prefix, JsonNode values, List<String> names) {
        values.properties().forEach(value -> {
            boolean isFree = Set.of("settings", "resources").contains(value.getKey());
            if (value.getValue().isEmpty() || isFree) {
                names.add(prefix + value.getKey());
            } else {
                names(prefix + value.getKey() + ".", value.getValue(), names);
            }
        });
        return names;
    }

    private static List<String> names(JsonNode schema) {
        List<String> names = new ArrayList<>();
        schema.path("properties").properties().forEach(rule -> {
            if (rule.getValue().has("properties")) {
                names(rule.getValue()).forEach(name -> names.add(rule.getKey() + "." + name));
            } else {
                names.add(rule.getKey());
            }
        });
        return names;
    }

    /** Every value is explained: a comment stands above it, or above the group that it belongs to. */
    @Test
    void everyValueIsExplained() throws IOException {
        String before = "";
        for (String line : Files.readAllLines(Chart.DIR.resolve("values.yaml"))) {
            if (line.matches("[a-z]\\w+:.*") && !before.matches("\\S+:.*")) {
                assertThat(before).as(line).startsWith("#");
            }
            before = line;
        }
    }
}
