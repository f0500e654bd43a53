package io.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.discovery.testing.Markdown;
import io.discovery.testing.Program;
import io.discovery.testing.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Helm chart: what it renders, and that it agrees with the other files for Kubernetes and with the pages. */
final class ChartTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    @TempDir
    private Path dir;

    @Test
    void itRendersTheFilesThatAreThere() throws IOException {
        Path helm = Path.of(GoTools.of("helm").command().get(0)).getParent();

        Program.of("scripts/render-chart", dir.toString())
                .with(Map.of("PATH", helm + ":" + System.getenv("PATH")))
                .run(Chart.PATIENCE)
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
            ProgramRun run = Chart.helm(
                            "lint", "--strict", "--values", Manifest.EXPECTED + "/" + values + "-values.yaml")
                    .succeeded();

            assertThat(run.output()).contains("0 chart(s) failed").doesNotContain("[WARNING]", "[ERROR]");
        }
    }

    @Test
    void itHasTheVersionOfTheProgram() throws IOException {
        JsonNode chart = Chart.file("Chart.yaml");

        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<artifactId>discovery</artifactId>\n  <version>"
                        + chart.path("appVersion").asText() + "</version>");
        assertThat(chart.path("version")).isEqualTo(chart.path("appVersion"));
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

    @Test
    void membersThatMoveAwayFromATableReadIt() {
        ProgramRun run = Chart.helm(
                        "template", "--set", "dynamodb.table=hosts,settings.BACKEND_STORAGE_BEFORE=DynamoDB")
                .succeeded();

        assertThat(run.output()).contains("BACKEND_STORAGE, value: InFile", "DYNAMODB_TABLE_HOSTS, value: \"hosts\"");
    }

    @Test
    void theTimeToEndGrowsWithTheDelayOfAStop() {
        ProgramRun run = Chart.helm("template", "--set-string", "settings.SHUTDOWN_DELAY_SECONDS=60")
                .succeeded();

        assertThat(run.output()).contains("terminationGracePeriodSeconds: 115\n");
    }

    /** Helm otherwise forgets all values that a command does not repeat. */
    @Test
    void pagesUpgradeWithTheValuesOfTheRelease() {
        List<String> commands = Markdown.pages().stream()
                .flatMap(page -> Markdown.read(page).blocks().stream())
                .flatMap(block -> block.text().lines())
                .filter(line -> line.contains("helm upgrade"))
                .toList();

        assertThat(commands).isNotEmpty().allMatch(command -> command.contains(" --reset-then-reuse-values"));
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

        JsonNode rule = YAML.readTree(Program.of("bash", "-ec", command)
                .run(Chart.PATIENCE)
                .succeeded()
                .output());

        assertThat(rule.path("kind").asText()).isEqualTo("PrometheusRule");
        assertThat(rule.path("spec"))
                .isEqualTo(YAML.readTree(
                        Path.of("cluster-config", "prometheus", "alerts.yml").toFile()));
    }
}
