package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.YamlConfigBuilder;
import io.discovery.config.BackendNames;
import io.discovery.config.Setting;
import io.discovery.config.Settings;
import io.discovery.testing.Program;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files that operators hand to a member, to Kubernetes and to Docker Compose say what they promise, and agree. */
final class ClusterConfigFilesTest {
    private static final Path DIRECTORY = Path.of("cluster-config");

    private static final YAMLMapper YAML = new YAMLMapper();

    static Stream<Path> hazelcastFiles() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files
                    .filter(file -> file.getFileName().toString().startsWith("hazelcast-"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("hazelcastFiles")
    void everyHazelcastFileTurnsOnTheOneJoinOfItsName(Path file) throws IOException {
        JoinConfig join = hazelcast(file).getNetworkConfig().getJoin();

        assertThat(join.getMulticastConfig().isEnabled()).isFalse();
        assertThat(join.getAutoDetectionConfig().isEnabled()).isFalse();
        assertThat(enabledJoins(join))
                .containsExactly(file.getFileName().toString().replaceAll("hazelcast-|\\.yaml", ""));
    }

    @ParameterizedTest
    @MethodSource("hazelcastFiles")
    void everyHazelcastFileSaysNothingButTheNetwork(Path file) throws IOException {
        NetworkConfig network = hazelcast(file).getNetworkConfig();

        assertThat(network.getPort()).isEqualTo(5701);
        assertThat(network.isPortAutoIncrement()).isFalse();
        assertThat(YAML.readTree(file.toFile()).path("hazelcast").fieldNames())
                .toIterable()
                .containsExactly("network");
    }

    @Test
    void tcpIpListsEachMemberWithItsPort() throws IOException {
        Config config = hazelcast(DIRECTORY.resolve("hazelcast-tcp-ip.yaml"));

        assertThat(config.getNetworkConfig().getJoin().getTcpIpConfig().getMembers())
                .containsExactly("10.0.0.1:5701", "10.0.0.2:5701", "10.0.0.3:5701");
    }

    @Test
    void awsFindsTheMembersByTheirTagAndPort() throws IOException {
        Config config = hazelcast(DIRECTORY.resolve("hazelcast-aws.yaml"));

        assertThat(config.getNetworkConfig().getJoin().getAwsConfig().getProperties())
                .containsEntry("tag-key", "discovery-cluster")
                .containsEntry("tag-value", "discovery")
                .containsEntry("hz-port", "5701");
    }

    @Test
    void theConfigMapIsACopyOfTheFile() throws IOException {
        JsonNode copy = YAML.readTree(inKubernetes("ConfigMap", "discovery-cluster")
                .at("/data/hazelcast-kubernetes.yaml")
                .asText());

        assertThat(copy).isEqualTo(YAML.readTree(hazelcastForKubernetes().toFile()));
    }

    @Test
    void kubernetesResolvesMembersThatAreNotReadyYet() throws IOException {
        var properties = hazelcast(hazelcastForKubernetes())
                .getNetworkConfig()
                .getJoin()
                .getKubernetesConfig()
                .getProperties();
        JsonNode service = inKubernetes("Service", properties.getOrDefault("service-dns", ""));
        JsonNode statefulSet = inKubernetes("StatefulSet", "discovery");

        assertThat(service.at("/spec/clusterIP").asText()).isEqualTo("None");
        assertThat(service.at("/spec/publishNotReadyAddresses").asBoolean()).isTrue();
        assertThat(service.at("/spec/ports/0/port").asText()).isEqualTo(properties.get("service-port"));
        assertThat(service.at("/spec/selector")).isEqualTo(statefulSet.at("/spec/template/metadata/labels"));
        assertThat(statefulSet.at("/spec/serviceName").asText()).isEqualTo(properties.get("service-dns"));
    }

    @Test
    void kubernetesAsksForReadinessAndLivenessAndWaitsForTheOrderedStop() throws IOException {
        JsonNode pod = inKubernetes("StatefulSet", "discovery").at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");

        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/ready");
        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/health/live");
        assertThat(pod.at("/terminationGracePeriodSeconds").asInt()).isEqualTo(60);
    }

    /** The rules of Kubernetes' level "restricted", which a namespace may demand. */
    @Test
    void kubernetesGivesMembersNoPrivilege() throws IOException {
        JsonNode pod = inKubernetes("StatefulSet", "discovery").at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0/securityContext");

        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(container.at("/allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        assertThat(container.at("/readOnlyRootFilesystem").asBoolean()).isTrue();
    }

    @Test
    void everyPortOfComposeIsOneOfThisMachineAlone() throws IOException {
        JsonNode services =
                YAML.readTree(Path.of("docker-compose.cluster.yml").toFile()).path("services");

        assertThat(services.findValues("ports"))
                .hasSize(4)
                .allSatisfy(ports ->
                        assertThat(ports).allMatch(port -> port.asText().startsWith("127.0.0.1:")));
    }

    @Test
    void kubernetesMountsTheConfigMapWhereTheMemberReadsIt() throws IOException {
        JsonNode container = inKubernetes("StatefulSet", "discovery").at("/spec/template/spec/containers/0");

        assertThat(container.at("/env"))
                .anySatisfy(variable -> assertThat(variable.path("value").asText())
                        .isEqualTo(container.at("/volumeMounts/1/mountPath").asText() + "/hazelcast-kubernetes.yaml"));
    }

    @Test
    void composeStartsThreeMembersThatListEachOther() throws IOException {
        // Jackson reads an alias of a merge key as a field named "<<", so the shared part is read where it stands.
        JsonNode compose = YAML.readTree(Path.of("docker-compose.cluster.yml").toFile());
        List<String> members = List.of(
                compose.at("/x-member/environment/CLUSTER_MEMBERS").asText().split(",", -1));

        assertThat(compose.path("services").fieldNames())
                .toIterable()
                .filteredOn(service -> service.startsWith("discovery"))
                .map(service -> service + ":5701")
                .containsExactlyElementsOf(members);
        assertThat(compose.at("/services/discovery3/ports/0").asText())
                .isEqualTo("127.0.0.1:${DISCOVERY_PORT_3:-8083}:8080");
    }

    @Test
    void theMembersOfComposeHaveSettingsThatAreTaken() throws IOException {
        JsonNode compose = YAML.readTree(Path.of("docker-compose.cluster.yml").toFile());
        Map<String, String> environment = new HashMap<>();
        compose.at("/x-member/environment")
                .properties()
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().asText()));

        Settings settings = Settings.from(environment, BackendNames.of("DynamoDB"));

        assertThat(settings.backend().dynamoDb().endpoint()).contains(URI.create("http://dynamodb:8000"));
        assertThat(compose.at("/services/dynamodb/volumes/0").asText()).isEqualTo("table:/data");
        assertThat(compose.path("volumes").fieldNames()).toIterable().containsExactly("table");
        assertThat(environment.keySet())
                .filteredOn(name -> !name.startsWith("AWS_") && !name.equals("JAVA_OPTS"))
                .isSubsetOf(Stream.of(Setting.values()).map(Setting::name).toList());
    }

    @Test
    void theSecureMembersOfComposeHaveSettingsThatExistAndTheBalancerTheFileForTls() throws IOException {
        JsonNode secure = YAML.readTree(DIRECTORY.resolve("compose-secure.yml").toFile());

        assertThat(secure.at("/x-secure/environment").fieldNames())
                .toIterable()
                .contains("TLS_CERT", "CLUSTER_SECRET_FILE", "AUTH_FILE")
                .isSubsetOf(Stream.of(Setting.values()).map(Setting::name).toList());
        assertThat(secure.at("/services/haproxy/volumes/0").asText()).startsWith("./cluster-config/haproxy-tls.cfg:");
    }

    @Test
    void kustomizeAddsTlsAndIdentitiesToTheMembersOfKubernetes() throws IOException {
        String kubectl = Tools.require("kubectl").toString();

        String rendered = Program.of(kubectl, "kustomize", DIRECTORY.toString())
                .run(Duration.ofSeconds(30))
                .succeeded()
                .output();

        JsonNode container = document(rendered, "StatefulSet", "discovery").at("/spec/template/spec/containers/0");
        assertThat(container.at("/env"))
                .extracting(variable -> variable.path("name").asText())
                .contains("CLUSTER_CONFIG", "TLS_CERT", "TLS_KEY", "CLUSTER_SECRET_FILE", "AUTH_FILE")
                .isSubsetOf(Stream.concat(
                                Stream.of("JAVA_OPTS"),
                                Stream.of(Setting.values()).map(Setting::name))
                        .toList());
        assertThat(container.at("/volumeMounts"))
                .extracting(mount -> mount.path("name").asText())
                .containsExactlyInAnyOrder("secret", "data", "cluster-config", "tmp");
        assertThat(container.at("/readinessProbe/httpGet/scheme").asText()).isEqualTo("HTTPS");
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/ready");
    }

    private static Path hazelcastForKubernetes() {
        return DIRECTORY.resolve("hazelcast-kubernetes.yaml");
    }

    private static Config hazelcast(Path file) throws IOException {
        return new YamlConfigBuilder(file.toString()).build();
    }

    private static List<String> enabledJoins(JoinConfig join) {
        return Stream.of(
                        join.getTcpIpConfig().isEnabled() ? "tcp-ip" : "",
                        join.getKubernetesConfig().isEnabled() ? "kubernetes" : "",
                        join.getAwsConfig().isEnabled() ? "aws" : "",
                        join.getAzureConfig().isEnabled() ? "azure" : "",
                        join.getGcpConfig().isEnabled() ? "gcp" : "",
                        join.getEurekaConfig().isEnabled() ? "eureka" : "")
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static JsonNode inKubernetes(String kind, String name) throws IOException {
        return document(Files.readString(DIRECTORY.resolve("kubernetes.yaml")), kind, name);
    }

    private static JsonNode document(String yaml, String kind, String name) throws IOException {
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return documents.readAll().stream()
                    .filter(document -> document.path("kind").asText().equals(kind))
                    .filter(document -> document.at("/metadata/name").asText().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
