package io.discovery.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.auth.PasswordHash;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestIdentities;
import io.discovery.testing.TraceCollector;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets wherever clients may put them, and all that a member writes: no secret is in it. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class SecretsIT {

    private static final String GOOD = TestIdentities.tokenOf("admin");
    private static final String PASSWORD = "planted-password";
    private static final String BAD = "planted-bad-token";
    private static final String IN_QUERY = "planted-in-query";
    private static final String IN_COOKIE = "planted-in-cookie";
    private static final String IN_HEADER = "planted-in-header";
    private static final String IN_METADATA = "planted-in-metadata";

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void nothingThatAMemberWritesHoldsASecret(String logFormat) throws Exception {
        String hash = PasswordHash.of(PASSWORD);
        Path file = TestIdentities.OF_PAYMENTS
                .with("user", "read: ['*']\npasswords: ['" + hash + "']")
                .write(dir.resolve("auth.yaml"));
        List<String> written = new ArrayList<>();
        try (DatagramSocket statsd = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                TraceCollector collector = TraceCollector.start();
                MemberProcess member = MemberProcess.start(Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        collector.settings().get("OTEL_EXPORTER_OTLP_ENDPOINT"),
                        "OTEL_TRACES_SAMPLER",
                        "always_on",
                        "AUTH_FILE",
                        file.toString(),
                        "LOG_FORMAT",
                        logFormat,
                        "LOG_LEVEL",
                        "TRACE",
                        "STATSD_HOST",
                        "127.0.0.1",
                        "STATSD_PORT",
                        Integer.toString(statsd.getLocalPort())))) {
            plant(member, written);
            TestClient admin = TestIdentities.clientOf(member.client(), "admin");
            for (String path : List.of("/metrics", "/v1/cluster", "/v1/xds/clients", "/health/ready")) {
                written.add(admin.get(path).body());
            }
            written.add(received(statsd));
            member.stop();
            written.add(member.log());
            assertThat(collector.texts()).isNotEmpty();
            written.addAll(collector.texts());
        }

        Map<String, String> secrets = secrets(hash);
        for (String text : written) {
            secrets.forEach((kind, secret) -> assertThat(text.contains(secret))
                    .as("%s in: %s", kind, text)
                    .isFalse());
        }
    }

    private static Map<String, String> secrets(String hash) {
        Map<String, String> secrets = new TreeMap<>();
        Stream.of(GOOD, PASSWORD, BAD, IN_QUERY, IN_COOKIE, IN_HEADER, IN_METADATA, hash)
                .forEach(secret -> secrets.put(secret, secret));
        secrets.put("a user and a password in Base64", basic("user:" + PASSWORD));
        secrets.put("an unknown user and a password in Base64", basic("unknown:" + PASSWORD));
        return secrets;
    }

    private static String basic(String userAndPassword) {
        return Base64.getEncoder().encodeToString(userAndPassword.getBytes(UTF_8));
    }

    /** @param written gets the responses */
    private static void plant(MemberProcess member, List<String> written) {
        TestClient client = member.client();
        List<TestClient> clients = List.of(
                client.with("Authorization", "Bearer " + GOOD),
                client.with("Authorization", "Bearer " + BAD),
                client.with("Authorization", "Basic " + basic("user:" + PASSWORD)),
                client.with("Authorization", "Basic " + basic("unknown:" + PASSWORD)),
                client.with("Authorization", "Basic " + PASSWORD),
                client.with("Authorization", "Digest " + BAD),
                client.with("Authorization", BAD),
                client.with("Cookie", "session=" + IN_COOKIE),
                client.with("X-Consul-Token", IN_HEADER));
        for (TestClient each : clients) {
            written.add(each.get("/v1/registration/payments?token=" + IN_QUERY).body());
            written.add(each.get("/nowhere?accessToken=" + IN_QUERY).body());
            written.add(each.post("/v1/registration/payments?token=" + IN_QUERY, TestClient.registration(Map.of()))
                    .body());
            written.add(each.method("PUT", "/v1/services?token=" + IN_QUERY).body());
        }
        written.add(RawHttp.exchange(
                        member.port(),
                        ("GET /v1/services?token=" + IN_QUERY + " HTTP/1.1\r\nHost: d\r\nAuthorization: Bearer " + BAD
                                        + "\r\nbroken header " + IN_HEADER + "\r\n\r\n")
                                .getBytes(ISO_8859_1))
                .body());
        for (String token : List.of(GOOD, IN_METADATA)) {
            try (XdsClient xds = new XdsClient(Map.of("authorization", "Bearer " + token, "x-token", IN_METADATA));
                    var stream = xds.endpoints(member.port())) {
                stream.send(DiscoveryRequest.newBuilder()
                        .addResourceNames("payments")
                        .build());
                if (token.equals(GOOD)) {
                    written.add(stream.next().toString());
                } else {
                    written.add(stream.reason());
                }
            }
        }
    }

    private static String received(DatagramSocket statsd) throws Exception {
        StringBuilder received = new StringBuilder();
        statsd.setSoTimeout(2_000);
        try {
            while (received.length() < 10_000) {
                DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
                statsd.receive(packet);
                received.append(new String(packet.getData(), 0, packet.getLength(), UTF_8));
                statsd.setSoTimeout(100);
            }
        } catch (SocketTimeoutException all) {
            // There is no more.
        }
        assertThat(received).isNotEmpty();
        return received.toString();
    }
}
