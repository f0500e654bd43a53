package io.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.testing.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Releases of the Helm chart: their names, several beside each other, and one as a part of another chart. */
final class ChartReleaseTest {

    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "discovery.v2 | minMembers=3 | cannot be the name of a Service",
                "2discovery   | minMembers=3 | cannot be the name of a Service",
                "discovery    | minMembers=4 | minMembers is 4, more than the 3 replicas",
            })
    void aReleaseThatCouldNotRunIsRefused(String release, String value, String reason) {
        ProgramRun run = Chart.template(release, Chart.DIR, value);

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains(reason);
    }

    /** The rendering takes its names from the release, so that a namespace may have several. */
    @Test
    void theNameOfTheReleaseIsThatOfAllObjects() {
        String rendered = Chart.template(
                        "registry",
                        Chart.DIR,
                        "serviceMonitor.enabled=true,image.repository=image,auth.secret=a,members.secret=m,tls.secret=t")
                .succeeded()
                .output();

        assertThat(rendered.lines().filter(line -> line.matches(".*(\"discovery(-cluster)?\"|: discovery-cluster).*")))
                .isEmpty();
        assertThat(rendered).contains("service-dns: registry-cluster", "serviceName: registry-cluster");
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
    void aReleaseIsAClusterOfItsOwn(String values, String cluster) throws IOException {
        String rendered =
                Chart.template("registry", Chart.DIR, values).succeeded().output();

        JsonNode environment = Manifest.read(Files.writeString(dir.resolve("rendered.yaml"), rendered))
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
        GoTools.of("helm", "package", Chart.DIR.toString(), "--destination", whole + "/charts")
                .run(Chart.PATIENCE)
                .succeeded();
        Files.writeString(whole.resolve("Chart.yaml"), """
                apiVersion: v2
                name: whole
                version: 1.0.0
                dependencies: [{name: discovery, version: ">=0-0", condition: discovery.enabled}]
                """);
        String values = "global.a=b,discovery.nameOverride=registry,discovery.enabled=";

        ProgramRun with = Chart.template("shop", whole, values + "true").succeeded();
        ProgramRun without = Chart.template("shop", whole, values + "false").succeeded();

        assertThat(with.output()).contains("serviceName: registry-cluster").doesNotContain("shop");
        assertThat(without.output()).isBlank();
    }
}
