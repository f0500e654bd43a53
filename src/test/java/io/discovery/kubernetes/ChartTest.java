package io.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.discovery.config.Setting;
import io.discovery.testing.Markdown;
import io.discovery.testing.Program;
import io.discovery.testing.ProgramRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Helm chart: what it renders, what it refuses, and that its files agree with each other and with the program. */
final class ChartTest {

    private static final Path CHART = Path.of("cluster-config", "helm", "discovery");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final YAMLMapper YAML = new YAMLMapper();
    /** Values that Helm hands to a chart which is a part of another. */
    private static final Set<String> OF_A_WHOLE = Set.of("global", "enabled");

    @TempDir
    private Path dir;

    @Test
    void itRendersTheFilesThatAreThere() throws IOException {
        Path helm = Path.of(GoTools.of("helm").command().get(0)).getParent();

        Program.of("scripts/render-chart", dir.toString())
                .with(Map.of("PATH", helm + ":" + System.getenv("PATH")))
                .run(PATIENCE)
                .succeeded();

        List<Path> rendered = rendered();
        assertThat(rendered).hasSize(4);
        for (Path file : rendered) {
            assertThat(dir.resolve(file)).as("run ./scripts/render-chart").hasSameTextualContentAs(file);
        }
    }

    private List<Path> rendered() throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            return files.filter(Files::isRegularFile).map(dir::relativize).toList();
        }
    }

    @Test
    void helmFindsNoFault() {
        for (String values : List.of("five", "secure", "certificates")) {
            ProgramRun run = helm("lint", "--strict", "--values", Manifest.EXPECTED + "/" + values + "-values.yaml");

            assertThat(run.output()).contains("0 chart(s) failed").doesNotContain("[WARNING]", "[ERROR]");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replica=3",
                "replicas=0",
                "replicas=three",
                "backend=File",
                "backend=DynamoDB",
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
        ProgramRun run = GoTools.of("helm", "template", CHART.toString(), "--kube-version", "1.34.3", "--set", value)
                .run(PATIENCE);

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains("the specifications of the schema");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "discovery.v2 | minMembers=3 | cannot be the name of a Service",
                "2discovery   | minMembers=3 | cannot be the name of a Service",
                "discovery    | minMembers=4 | minMembers is 4, more than the 3 replicas",
            })
    void aReleaseThatCouldNotRunIsRefused(String release, String value, String reason) {
        ProgramRun run = GoTools.of(
                        "helm", "template", release, CHART.toString(), "--kube-version", "1.34.3", "--set", value)
                .run(PATIENCE);

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains(reason);
    }

    /** The rendering takes its names from the release, so that a namespace may have several. */
    @Test
    void theNameOfTheReleaseIsThatOfAllObjects() {
        ProgramRun run = GoTools.of(
                        "helm",
                        "template",
                        "registry",
                        CHART.toString(),
                        "--kube-version",
                        "1.34.3",
                        "--set",
                        "serviceMonitor.enabled=true,image.repository=image,auth.secret=a,members.secret=m,tls.secret=t")
                .run(PATIENCE)
                .succeeded();

        assertThat(run.output()
                        .lines()
                        .filter(line -> line.matches(".*(\"discovery(-cluster)?\"|: discovery-cluster).*")))
                .isEmpty();
        assertThat(run.output()).contains("service-dns: registry-cluster", "serviceName: registry-cluster");
    }

    /** Members of two releases that come upon each other's addresses do not become one cluster. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replicas=3 | registry",
                "settings.CLUSTER_NAME=all | all",
                "settingsFromSecrets.CLUSTER_NAME.name=n,settingsFromSecrets.CLUSTER_NAME.key=k | ''",
            })
    void aReleaseIsAClusterOfItsOwn(String values, String cluster) {
        JsonNode environment = rendered("registry", values)
                .object("StatefulSet", "registry")
                .at("/spec/template/spec/containers/0/env");

        assertThat(environment.findValuesAsText("name")).doesNotHaveDuplicates();
        assertThat(Manifest.named(environment, "CLUSTER_NAME").path("value").asText())
                .isEqualTo(cluster);
    }

    /** The values of the whole tell whether it is there, and how it is called. */
    @Test
    void itIsAPartOfAnotherChart() throws IOException {
        Path whole = Files.createDirectory(dir.resolve("whole"));
        GoTools.of("helm", "package", CHART.toString(), "--destination", whole + "/charts")
                .run(PATIENCE)
                .succeeded();
        Files.writeString(whole.resolve("Chart.yaml"), """
                apiVersion: v2
                name: whole
                version: 1.0.0
                dependencies: [{name: discovery, version: ">=0-0", condition: discovery.enabled}]
                """);
        String values = "global.a=b,discovery.nameOverride=registry,discovery.enabled=";

        ProgramRun with = template("shop", whole, values + "true");
        ProgramRun without = template("shop", whole, values + "false");

        assertThat(with.output()).contains("serviceName: registry-cluster").doesNotContain("shop");
        assertThat(without.output()).isBlank();
    }

    private static ProgramRun template(String release, Path chart, String values) {
        return GoTools.of("helm", "template", release, chart.toString(), "--kube-version", "1.34.3", "--set", values)
                .run(PATIENCE)
                .succeeded();
    }

    private Manifest rendered(String release, String values) {
        ProgramRun run = template(release, CHART, values);
        try {
            return Manifest.read(Files.writeString(dir.resolve("rendered.yaml"), run.output()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Without {@code -o yaml} Helm prints a heading above the values, which the schema refuses. */
    @Test
    void pagesKeepTheValuesOfAReleaseAsHelmTakesThem() {
        List<String> commands = Markdown.pages().stream()
                .flatMap(page -> Markdown.read(page).blocks().stream())
                .flatMap(block -> block.text().lines())
                .filter(line -> line.contains("helm get values"))
                .toList();

        assertThat(commands).isNotEmpty().allMatch(command -> command.contains(" -o yaml > "));
    }

    @Test
    void theRuleForTheOperatorOfPrometheusHasTheAlerts() throws IOException {
        String commands = Markdown.read("src/docs/kubernetes.md").blocks().stream()
                .map(Markdown.Block::text)
                .filter(text -> text.contains("kind: PrometheusRule"))
                .findFirst()
                .orElseThrow();
        String command = commands.substring(0, commands.indexOf("kubectl ")).replace("> discovery-alerts.yaml", "");

        JsonNode rule = YAML.readTree(
                Program.of("bash", "-ec", command).run(PATIENCE).succeeded().output());

        assertThat(rule.path("kind").asText()).isEqualTo("PrometheusRule");
        assertThat(rule.path("spec"))
                .isEqualTo(YAML.readTree(
                        Path.of("cluster-config", "prometheus", "alerts.yml").toFile()));
    }

    @Test
    void itHasTheVersionOfTheProgram() throws IOException {
        JsonNode chart = YAML.readTree(CHART.resolve("Chart.yaml").toFile());

        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<artifactId>discovery</artifactId>\n  <version>"
                        + chart.path("appVersion").asText() + "</version>");
        assertThat(chart.path("version")).isEqualTo(chart.path("appVersion"));
    }

    /** The chart makes some settings itself; its values may hold all others. */
    @Test
    void everySettingIsEitherAValueOrMadeByTheChart() throws IOException {
        Set<String> inValues = new TreeSet<>();
        schema().at("/properties/settings/propertyNames/enum").forEach(name -> inValues.add(name.asText()));
        Set<String> others =
                new TreeSet<>(Stream.of(Setting.values()).map(Setting::name).toList());
        others.removeAll(inValues);

        String template = Files.readString(CHART.resolve("templates/statefulset.yaml"));
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
        List<String> values =
                names("", YAML.readTree(CHART.resolve("values.yaml").toFile()), new ArrayList<>());

        assertThat(values).contains("tls.secret", "replicas");
        assertThat(names(schema()))
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

    private static JsonNode schema() throws IOException {
        return new ObjectMapper().readTree(CHART.resolve("values.schema.json").toFile());
    }

    /** Every value is explained: a comment stands above it, or above the group that it belongs to. */
    @Test
    void everyValueIsExplained() throws IOException {
        String before = "";
        for (String line : Files.readAllLines(CHART.resolve("values.yaml"))) {
            if (line.matches("[a-z]\\w+:.*") && !before.matches("\\S+:.*")) {
                assertThat(before).as(line).startsWith("#");
            }
            before = line;
        }
    }

    /** The patches for kustomize, and the chart with values that mean the same, give members the same settings. */
    @Test
    void thePatchesForKustomizeSayWhatTheChartSays() throws IOException {
        JsonNode patch = YAML.readTree(
                        Path.of("cluster-config", "kubernetes-secure.yaml").toFile())
                .at("/spec/template/spec/containers/0");
        JsonNode container = Manifest.expected("secure").podOfMembers().at("/containers/0");
        JsonNode withoutClientCertificates =
                Manifest.expected("certificates").podOfMembers().at("/containers/0");

        assertThat(container.path("env").findValuesAsText("name"))
                .containsAll(patch.path("env").findValuesAsText("name"));
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertThat(patch.at("/" + probe + "/httpGet/scheme"))
                    .isEqualTo(withoutClientCertificates.at("/" + probe + "/httpGet/scheme"));
        }
        assertThat(Manifest.expected("secure").object("Service", "discovery").at("/spec/ports/0/port"))
                .isEqualTo(YAML.readTree(Path.of("cluster-config", "kubernetes-secure-service.yaml")
                                .toFile())
                        .at("/spec/ports/1/port"));
    }

    @Test
    void onlyMembersWithAFileHaveAVolume() {
        String templates = "/spec/volumeClaimTemplates/0/metadata/name";

        assertThat(Manifest.expected("five")
                        .object("StatefulSet", "discovery")
                        .at(templates)
                        .asText())
                .isEqualTo("data");
        for (String other : List.of("secure", "certificates")) {
            Manifest manifest = Manifest.expected(other);
            assertThat(manifest.object("StatefulSet", "discovery").at(templates).isMissingNode())
                    .isTrue();
            assertThat(Manifest.named(manifest.podOfMembers().path("volumes"), "data")
                            .has("emptyDir"))
                    .isTrue();
        }
        assertThat(Manifest.expected("certificates").has("NetworkPolicy")).isFalse();
    }

    private static ProgramRun helm(String command, String... arguments) {
        return GoTools.of(
                        "helm",
                        Stream.concat(
                                        Stream.of(command, CHART.toString(), "--kube-version", "1.34.3"),
                                        Stream.of(arguments))
                                .toArray(String[]::new))
                .run(PATIENCE)
                .succeeded();
    }
}
