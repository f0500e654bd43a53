package io.discovery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Envoy;
import io.discovery.testing.GrpcCaller;
import io.discovery.testing.GrpcInstances;
import io.discovery.testing.Instances;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.Program;
import io.discovery.testing.Prometheus;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestClient;
import io.discovery.testing.Tools;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs of others as clients over HTTPS, each of which checks the member's certificate. */
@Timeout(120)
class HttpsClientsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path SSLYZE = Path.of("target", "clients", "sslyze", "bin", "sslyze");
    private static final Path JS_STREAM = Path.of("src", "test", "resources", "grpc", "tls-stream.js");
    private static final String INSTANCE = "127.0.0.21";
    private static final String SERVICE = "payments";

    @TempDir
    private static Path dir;

    private static TestAuthority authority;
    private static MemberProcess member;

    @BeforeAll
    static void start() {
        authority = new TestAuthority(dir, "authority");
        Map<String, String> settings =
                new HashMap<>(authority.issue("member", Form.server()).httpsSettings());
        settings.put("PLAIN_PORT", Integer.toString(Ports.free(1).get(0)));
        member = MemberProcess.start(settings);
    }

    @AfterAll
    static void stop() {
        member.close();
    }

    @Test
    void grpcForJava() {
        try (GrpcInstances instances = GrpcInstances.start(List.of(INSTANCE));
                GrpcCaller caller = GrpcCaller.javaOverTls(member.port(), authority)) {
            register("grpc-java", instances.port());

            assertThat(caller.answers("grpc-java", 10)).as(caller.log()).isEqualTo(Map.of(INSTANCE, 10));
        }
    }

    @Test
    void grpcForNode() {
        GrpcCaller.requireJs();
        register("grpc-js", 9000);

        String answer = GrpcCaller.js(
                        JS_STREAM,
                        "127.0.0.1:" + member.port(),
                        authority.file().toString(),
                        "grpc-js")
                .run(PATIENCE)
                .succeeded()
                .output();

        assertThat(new String(HexFormat.of().parseHex(answer.strip()), StandardCharsets.ISO_8859_1))
                .contains(INSTANCE);
    }

    @Test
    void envoy() {
        Envoy.require(HttpsClientsIT.class);
        try (Instances instances = Instances.start(List.of(INSTANCE))) {
            register(SERVICE, instances.port());
            String tls = """
                    transport_socket:
                      name: envoy.transport_sockets.tls
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                        common_tls_context:
                          validation_context: {trusted_ca: {filename: %s}}
                    """.formatted(authority.file()).indent(6);
            String plain = "      type: STATIC\n      connect_timeout: 1s\n";
            try (Envoy envoy = Envoy.start("ads.yaml", List.of(member.port()), text -> {
                assertThat(text).contains(plain);
                return text.replace(plain, plain + tls);
            })) {
                // It refuses connections until it knows the instances.
                await().atMost(PATIENCE)
                        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                        .untilAsserted(() -> assertThat(envoy.get("/").statusCode())
                                .as(envoy.log())
                                .isEqualTo(200));
            }
        }
    }

    @Test
    void prometheus() {
        Prometheus.require();
        register("scraped", 9092);
        String plain = "url: http://127.0.0.1:" + member.port() + "/v1/prometheus/targets\n";
        String encrypted =
                plain.replace("http:", "https:") + "        tls_config: {ca_file: " + authority.file() + "}\n";

        try (Prometheus prometheus = Prometheus.start(member.port(), dir, text -> {
            assertThat(text).contains(plain);
            return text.replace(plain, encrypted);
        })) {
            await().atMost(PATIENCE)
                    .until(() -> prometheus.addresses("registered").contains(INSTANCE + ":9092"));
        }
    }

    @Test
    void curl() {
        Path curl = Tools.require("curl");
        String url = "https://127.0.0.1:" + member.port() + "/v1/services";

        for (String version : List.of("--http1.1", "--http2")) {
            assertThat(Program.of(
                                    curl.toString(),
                                    "-sS",
                                    version,
                                    "--cacert",
                                    authority.file().toString(),
                                    url)
                            .run(PATIENCE)
                            .succeeded()
                            .output())
                    .startsWith("{\"services\": ");
        }
    }

    /** Mozilla, "Server Side TLS": nothing is below the profile "Intermediate". */
    @Test
    void sslyzeFindsNothing() {
        if (!Files.isExecutable(SSLYZE)) {
            Tools.skip("there is no sslyze, ./scripts/clients gets it; nothing looks at the settings of TLS");
        }

        String found = Program.of(
                        SSLYZE.toString(),
                        "--mozilla_config=intermediate",
                        "--certinfo_ca_file=" + authority.file(),
                        "127.0.0.1:" + member.port())
                .run(PATIENCE)
                .output();

        assertThat(found)
                .contains("127.0.0.1:" + member.port() + ": OK - Compliant")
                .contains("Client Renegotiation DoS Attack:   OK");
    }

    private static void register(String service, int port) {
        Map<String, String> host = Map.of("ip", INSTANCE, "port", Integer.toString(port), "tags", TestClient.TAGS);
        member.client().register(service, host);
    }
}
