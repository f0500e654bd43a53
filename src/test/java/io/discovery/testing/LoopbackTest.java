package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Examples and tests let real clients connect to this machine alone. */
class LoopbackTest {

    /**
     * Files that members, Hazelcast and Kubernetes read, which name other machines, and rules and dashboards, which name
     * none: no client reads them.
     */
    private static final List<String> OF_OTHERS =
            List.of("hazelcast-", "kubernetes", "kustomization.yaml", "alerts.yml", "discovery.json");

    /** Read by Helm, for Kubernetes. */
    private static final Path HELM_CHART = Path.of("cluster-config", "helm");

    /** Fixtures with which a test lets a real client connect to registered addresses. */
    private static final Pattern REAL_CLIENT =
            Pattern.compile("import io\\.discovery\\.testing\\.(Envoy|GrpcCaller|Prometheus);");

    /** Pages whose commands a test runs, with a real client. */
    private static final List<Path> DOCUMENTS = Stream.of("envoy.md", "grpc.md", "prometheus.md")
            .map(page -> Path.of("src", "docs", page))
            .toList();

    @Test
    void whatClientsAreStartedWithLeadsToThisMachineAlone() {
        List<Path> files = filesBelow(Path.of("cluster-config")).stream()
                .filter(file -> !file.startsWith(HELM_CHART))
                .filter(file -> OF_OTHERS.stream().noneMatch(file.getFileName().toString()::startsWith))
                .toList();

        assertThat(files).hasSizeGreaterThan(2).allSatisfy(file -> {
            assertThat(Loopback.ipv4Of(text(file))).isNotEmpty().allMatch(Loopback::isLoopback);
            if (file.toString().endsWith(".yaml")) {
                assertThat(Loopback.addressesOf(text(file))).isNotEmpty().allMatch(Loopback::isLoopback);
            }
        });
    }

    @Test
    void whatIsRegisteredForRealClientsIsOnThisMachine() {
        List<Path> tests = filesBelow(Path.of("src", "test", "java")).stream()
                .filter(file -> REAL_CLIENT.matcher(text(file)).find())
                .toList();

        assertThat(tests).isNotEmpty();
        assertThat(Stream.concat(tests.stream(), DOCUMENTS.stream()))
                .allSatisfy(file -> assertThat(Loopback.ipv4Of(text(file))).allMatch(Loopback::isLoopback));
    }

    @Test
    void anAddressIsFoundWhereverItStands() {
        String yaml = """
                a: [{address: {socket_address: {address: 10.0.0.1}}}, {address: name}]
                ---
                b: {address: '::1', port: 1}
                """;

        assertThat(Loopback.addressesOf(yaml))
                .containsExactly("10.0.0.1", "name", "::1")
                .filteredOn(Loopback::isLoopback)
                .containsExactly("::1");
        assertThat(Loopback.ipv4Of("LISTEN 127.0.0.1:8090, 10.1.2.3/8;0.0.0.0"))
                .containsExactly("127.0.0.1", "10.1.2.3", "0.0.0.0")
                .filteredOn(Loopback::isLoopback)
                .containsExactly("127.0.0.1");
    }

    private static List<Path> filesBelow(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
