package io.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.testing.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The objects for Kubernetes are such as Kubernetes takes, also in a namespace of the level "restricted". */
final class ManifestsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path schemas;

    @TempDir
    private Path dir;

    static Stream<Path> files() {
        return Stream.concat(
                Stream.of(Manifest.OF_MEMBERS, Manifest.OF_HEARTBEAT),
                Stream.of("five", "secure", "certificates").map(name -> Manifest.EXPECTED.resolve(name + ".yaml")));
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFieldIsOneThatKubernetesKnows(Path file) {
        ProgramRun run = validate(file);

        assertThat(run.exitCode()).as(run.output() + run.errors()).isZero();
        assertThat(run.output())
                .contains("Valid: " + Manifest.read(file).objects().size())
                .contains("Skipped: 0");
    }

    /** The check sees a wrong name, a wrong type, a missing field and a field that stands twice. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "podManagementPolicy:  | podManagmentPolicy: ",
                "minReadySeconds: 10   | minReadySeconds: soon",
                "maxUnavailable: 1     | maxUnavailable: [1]",
                "failureThreshold: 60  | failureTreshold: 60",
                "storageClassName      | storageClass",
                "containers:           | initContainers:",
                "replicas: 5           | 'replicas: 5\n  replicas: 5'",
            })
    void aMistakeIsSeen(String right, String wrong) throws IOException {
        String text = Files.readString(Manifest.EXPECTED.resolve("five.yaml"));
        assertThat(text).contains(right);
        Path file = Files.writeString(dir.resolve("wrong.yaml"), text.replace(right, wrong));

        assertThat(validate(file).exitCode()).isNotZero();
    }

    @Test
    void aMistakeInAServiceMonitorIsSeen() throws IOException {
        String text = Files.readString(Manifest.EXPECTED.resolve("secure.yaml"));
        Path file = Files.writeString(dir.resolve("wrong.yaml"), text.replace("tlsConfig:", "tlsConfiguration:"));

        assertThat(validate(file).output()).contains("tlsConfiguration");
    }

    /** A name may look like a number or a truth value, and a label of the user's may be one that the chart has too. */
    @ParameterizedTest
    @ValueSource(strings = {"on", "true", "e1"})
    void textsStayTextsWhateverTheyLookLike(String release) throws IOException {
        ProgramRun run = GoTools.of(
                        "helm",
                        "template",
                        release,
                        "cluster-config/helm/discovery",
                        "--kube-version",
                        "1.34.3",
                        "--set-string",
                        "serviceAccount=123,priorityClassName=on,storage.className=1e3,storage.size=1000000000,"
                                + "image.pullSecrets[0]=true,image.repository=12,image.tag=30,"
                                + "tls.secret=1e3,tls.clientCaSecret=0,members.secret=007,auth.secret=null,"
                                + "settingsFromSecrets.OTEL_EXPORTER_OTLP_HEADERS.name=123,"
                                + "settingsFromSecrets.OTEL_EXPORTER_OTLP_HEADERS.key=456,"
                                + "serviceMonitor.tokenSecret=5,serviceMonitor.tokenKey=6,serviceMonitor.labels.app=on",
                        "--set",
                        "serviceMonitor.enabled=true")
                .run(PATIENCE)
                .succeeded();

        ProgramRun check = validate(Files.writeString(dir.resolve("texts.yaml"), run.output()));

        assertThat(check.exitCode()).as(check.output() + check.errors()).isZero();
        assertThat(run.output()).contains("image: \"12:30\"");
    }

    @ParameterizedTest
    @MethodSource("files")
    void noPodHasAPrivilege(Path file) {
        for (JsonNode object : Manifest.read(file).objects()) {
            JsonNode pod = object.at("/spec/template/spec");
            if (!pod.isMissingNode()) {
                assertRestricted(pod);
            }
        }
    }

    /** The rules of Kubernetes' level "restricted", and a root file system that is not written. */
    private static void assertRestricted(JsonNode pod) {
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/runAsUser").asInt()).isPositive();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
            assertThat(pod.has(host)).as(host).isFalse();
        }
        assertThat(pod.path("volumes"))
                .allMatch(volume -> volume.has("configMap") || volume.has("secret") || volume.has("emptyDir"));
        assertThat(pod.path("containers")).isNotEmpty().allSatisfy(container -> {
            JsonNode context = container.path("securityContext");
            assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
            assertThat(context.at("/capabilities/add").isMissingNode()).isTrue();
            assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(container.path("ports")).noneMatch(port -> port.has("hostPort"));
        });
    }

    private static ProgramRun validate(Path file) {
        String location = schemas + "/{{.ResourceKind}}{{.KindSuffix}}.json";
        var kubeconform =
                GoTools.of("kubeconform", "-strict", "-summary", "-schema-location", location, file.toString());
        if (!Files.exists(schemas.resolve("service-v1.json"))) {
            KubernetesSchemas.write(schemas, kinds());
        }
        return kubeconform.run(PATIENCE);
    }

    private static Set<String> kinds() {
        return files().flatMap(file -> Manifest.read(file).objects().stream())
                .map(object -> object.path("kind").asText())
                .collect(Collectors.toSet());
    }
}
