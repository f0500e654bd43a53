package io.discovery.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.discovery.auth.PasswordHash;
import io.discovery.testing.EventStream;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestAuthority.Issued;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestIdentities;
import io.discovery.testing.TestIssuer;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.common.GrpcStatus;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The proofs that clients can show a member: in headers, in metadata of gRPC, by certificate. */
@Tag("long")
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class ProofsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** RFC 9113, 7. */
    private static final long CANCEL = 8;

    private static final String ITEM =
            "{\"service\": \"payments\", \"ip\": \"127.0.0.1\", \"port\": 80, \"revision\": \"1\"," + " \"tags\": "
                    + TestClient.TAGS + "}";

    @TempDir
    private Path dir;

    private MemberProcess start(TestIdentities identities) {
        return MemberProcess.start(
                Map.of("AUTH_FILE", identities.write(dir.resolve("auth.yaml")).toString()));
    }

    private static Map<String, String> bearer(String identity) {
        return Map.of("authorization", "Bearer " + TestIdentities.tokenOf(identity));
    }

    @Test
    void aUserHasAPassword() {
        TestIdentities identities = TestIdentities.OF_PAYMENTS.with(
                "grafana", "read: ['*']\npasswords: ['" + PasswordHash.of("a long password: of grafana") + "']");
        try (MemberProcess member = start(identities)) {
            assertThat(statusWithPassword(member, "grafana:a long password: of grafana"))
                    .isEqualTo(200);
            assertThat(statusWithPassword(member, "grafana:another")).isEqualTo(401);
            assertThat(statusWithPassword(member, "reader:a long password: of grafana"))
                    .isEqualTo(401);
        }
    }

    /** A body that arrives while the password is checked is not lost. */
    @Test
    void aBodyWaitsForTheCheckOfAPassword() {
        TestIdentities identities = TestIdentities.OF_PAYMENTS.with(
                "agent", "write: ['*']\npasswords: ['" + PasswordHash.of("of the agent") + "']");
        try (MemberProcess member = start(identities)) {
            TestClient agent = member.client().with("Authorization", basic("agent:of the agent"));

            agent.register("payments", "127.0.0.9");

            assertThat(agent.hosts("payments")).containsExactly("127.0.0.9");
        }
    }

    private static int statusWithPassword(MemberProcess member, String userAndPassword) {
        return member.client()
                .with("Authorization", basic(userAndPassword))
                .get("/v1/services")
                .statusCode();
    }

    private static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(UTF_8));
    }

    @Test
    void aNewTokenIsGoodWithThePrintedLines() throws Exception {
        String printed =
                ProgramRun.of(Map.of(), "--new-token", "web").succeeded().output();
        List<String> lines = printed.lines().map(String::strip).toList();
        Path file = dir.resolve("printed.yaml");
        Files.writeString(file, "identities:\n" + printed.substring(printed.indexOf("  - name")));
        try (MemberProcess member = MemberProcess.start(Map.of("AUTH_FILE", file.toString()))) {
            assertThat(member.client()
                            .with("Authorization", "Bearer " + lines.get(2))
                            .get("/v1/services")
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(ProgramRun.of(Map.of(), "--new-token").exitCode()).isEqualTo(2);
        assertThat(ProgramRun.of(Map.of(), "--new-token", "a b").errors())
                .contains("given '--new-token a b', expected --new-token and the name of an identity");
    }

    @Test
    void aFileThatCannotBeUsedKeepsAMemberFromStarting() throws Exception {
        Path file = dir.resolve("broken.yaml");
        Files.writeString(file, "identities:\n  - {name: web, tokens: [plain], admin: true}\n");

        ProgramRun run = ProgramRun.ofMember(Map.of("AUTH_FILE", file.toString()));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("discovery cannot start: ", "no hash among its tokens");
    }

    @Test
    void aCertificateIsAProof() throws Exception {
        TestAuthority authority = new TestAuthority(dir, "authority");
        TestAuthority ofClients = new TestAuthority(dir, "of clients");
        Map<String, String> settings =
                new HashMap<>(authority.issue("member", Form.server()).httpsSettings());
        settings.put("TLS_CLIENT_CA", ofClients.file().toString());
        settings.put("TLS_CLIENT_AUTH", "request");
        settings.put(
                "AUTH_FILE",
                TestIdentities.OF_PAYMENTS
                        .with("mesh", "read: [payments]\ncertificates: ['spiffe://mesh/web', Web.internal]")
                        .write(dir.resolve("auth.yaml"))
                        .toString());
        settings.put("PLAIN_PORT", Integer.toString(Ports.free(1).get(0)));
        Issued known = ofClients.issue("known", Form.member().named("other", "spiffe://mesh/web"));
        Issued byName = ofClients.issue("byName", Form.member().named("web.internal"));
        Issued unknown = ofClients.issue("unknown", Form.member().named("spiffe://mesh/other"));
        try (MemberProcess member = MemberProcess.start(settings)) {
            assertThat(statusWith(authority, known, member, "/v1/registration/payments", null))
                    .isEqualTo(200);
            assertThat(statusWith(authority, byName, member, "/v1/registration/payments", null))
                    .isEqualTo(200);
            assertThat(statusWith(authority, known, member, "/v1/registration/orders", null))
                    .isEqualTo(403);
            assertThat(statusWith(authority, unknown, member, "/v1/registration/payments", null))
                    .isEqualTo(401);
            assertThat(statusWith(authority, null, member, "/v1/registration/payments", null))
                    .isEqualTo(401);
            assertThat(statusWith(authority, known, member, "/v1/registration/payments", "unknown"))
                    .isEqualTo(401);
            assertThat(statusWith(authority, unknown, member, "/v1/registration/payments", "reader"))
                    .isEqualTo(200);
            assertThat(member.client().get("/v1/registration/payments").statusCode())
                    .isEqualTo(401);
        }
    }

    private static int statusWith(
            TestAuthority authority,
            @Nullable Issued shown,
            MemberProcess member,
            String path,
            @Nullable String identity)
            throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(authority.client(shown)).build();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + member.port() + path))
                .timeout(PATIENCE);
        if (identity != null) {
            request.header("Authorization", "Bearer " + TestIdentities.tokenOf(identity));
        }
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    @Test
    void aStreamOfGrpcShowsWhatItsClientMayRead() throws Exception {
        try (MemberProcess member = start(TestIdentities.OF_PAYMENTS);
                XdsClient reader = new XdsClient(bearer("reader"));
                XdsClient unknown = new XdsClient(bearer("unknown"));
                XdsClient anonymous = new XdsClient()) {
            TestClient writer = TestIdentities.clientOf(member.client(), "writer-of-all");
            writer.register("payments", "127.0.0.9");
            writer.register("orders", "127.0.0.8");

            try (var stream = reader.aggregated(member.port())) {
                stream.send(request("envoy.config.endpoint.v3.ClusterLoadAssignment", "payments", "orders"));
                assertThat(stream.next().getResourcesList())
                        .extracting(any -> any.unpack(ClusterLoadAssignment.class))
                        .extracting(ClusterLoadAssignment::getClusterName, ClusterLoadAssignment::getEndpointsCount)
                        .containsExactlyInAnyOrder(tuple("payments", 1), tuple("orders", 0));
                stream.send(request("envoy.config.cluster.v3.Cluster"));
                assertThat(stream.next().getResourcesCount()).isEqualTo(1);
            }
            try (var stream = unknown.endpoints(member.port())) {
                stream.send(DiscoveryRequest.getDefaultInstance());
                assertThat(stream.status()).isEqualTo(GrpcStatus.UNAUTHENTICATED);
                assertThat(stream.reason()).contains("given a token that is unknown");
            }
            try (var stream = anonymous.endpoints(member.port())) {
                stream.send(DiscoveryRequest.getDefaultInstance());
                assertThat(stream.status()).isEqualTo(GrpcStatus.UNAUTHENTICATED);
            }
        }
    }

    private static DiscoveryRequest request(String type, String... names) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl("type.googleapis.com/" + type)
                .addAllResourceNames(List.of(names))
                .build();
    }

    @Test
    void restShowsWhatItsClientMayRead() {
        try (MemberProcess member = start(TestIdentities.OF_PAYMENTS)) {
            TestClient writer = TestIdentities.clientOf(member.client(), "writer-of-all");
            writer.register("payments", "127.0.0.9");
            writer.register("orders", "127.0.0.8");

            String answer = TestIdentities.clientOf(member.client(), "reader")
                    .post(
                            "/v3/discovery:endpoints",
                            "application/json",
                            "{\"resource_names\": [\"payments\", \"orders\"]}")
                    .body();

            assertThat(answer).contains("127.0.0.9", "orders").doesNotContain("127.0.0.8");
        }
    }

    /** A token that was stolen must not go on reading by a stream that it has opened. */
    @Test
    void streamsEndWhenTheFileNoLongerHoldsTheirProof() throws Exception {
        TestIdentities identities = TestIdentities.OF_PAYMENTS;
        String header = "Authorization: Bearer ";
        try (MemberProcess member = start(identities);
                XdsClient reader = new XdsClient(bearer("reader"));
                XdsClient writer = new XdsClient(bearer("writer"));
                EventStream watch = EventStream.openWith(
                        member.port(), "/v1/watch/payments", header + TestIdentities.tokenOf("reader") + "\r\n");
                EventStream stays = EventStream.openWith(
                        member.port(), "/v1/watch/payments", header + TestIdentities.tokenOf("writer") + "\r\n");
                var revoked = reader.endpoints(member.port());
                var kept = writer.endpoints(member.port())) {
            DiscoveryRequest payments = request("envoy.config.endpoint.v3.ClusterLoadAssignment", "payments");
            revoked.send(payments);
            kept.send(payments);
            revoked.next();
            kept.next();
            watch.next();
            stays.next();

            identities.without("reader").write(dir.resolve("auth.yaml"));

            revoked.awaitEnd();
            assertThatThrownBy(() -> readToTheEnd(watch))
                    .isInstanceOf(UncheckedIOException.class)
                    .rootCause()
                    .isNotInstanceOf(SocketTimeoutException.class);
            TestIdentities.clientOf(member.client(), "writer").register("payments", "127.0.0.9");
            assertThat(kept.next().getResourcesCount()).isEqualTo(1);
            assertThat(stays.next().data()).contains("127.0.0.9");
            await().untilAsserted(() -> assertThat(TestIdentities.clientOf(member.client(), "reader")
                            .get("/v1/registration/payments")
                            .statusCode())
                    .isEqualTo(401));
        }
    }

    /** Keep-alive comments may come first. */
    private static void readToTheEnd(EventStream watch) {
        while (true) {
            watch.line();
        }
    }

    /** The client may be gone when the turn of its password comes. */
    @Test
    void aStreamThatIsResetWhileItsPasswordIsCheckedIsNoFault() {
        TestIdentities identities = TestIdentities.OF_PAYMENTS.with(
                "user", "read: ['*']\npasswords: ['" + PasswordHash.of("of the user") + "']");
        Vertx vertx = Vertx.vertx();
        try (MemberProcess member = start(identities)) {
            HttpClientAgent http = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false));
            for (int n = 0; n < 10; n++) {
                String wrong = basic("user:wrong" + n);
                http.request(HttpMethod.GET, member.port(), "127.0.0.1", "/v1/services")
                        .compose(request -> request.putHeader("Authorization", wrong)
                                .sendHead()
                                .compose(sent -> request.reset(CANCEL)))
                        .await();
            }
            TestClient reader = TestIdentities.clientOf(member.client(), "reader-of-all");
            await().until(() -> reader.metric("discovery_auth_checks_waiting") == 0);

            assertThat(reader.get("/v1/services").statusCode()).isEqualTo(200);
            assertThat(member.log()).doesNotContain("met a fault");
        } finally {
            vertx.close().await();
        }
    }

    @Test
    void aListThatIsWaitedForIsNotForAClientThatHasLostItsProof() throws Exception {
        try (MemberProcess member = start(TestIdentities.OF_PAYMENTS)) {
            TestClient writer = TestIdentities.clientOf(member.client(), "writer");
            writer.register("payments", "127.0.0.9");
            String index = TestIdentities.clientOf(member.client(), "reader")
                    .get("/v1/registration/payments")
                    .headers()
                    .firstValue("X-Discovery-Index")
                    .orElseThrow();
            HttpRequest poll = HttpRequest.newBuilder(URI.create(
                            "http://127.0.0.1:" + member.port() + "/v1/registration/payments?wait=30s&index=" + index))
                    .header("Authorization", "Bearer " + TestIdentities.tokenOf("reader"))
                    .build();
            var polled = HttpClient.newHttpClient().sendAsync(poll, BodyHandlers.ofString());
            TestClient admin = TestIdentities.clientOf(member.client(), "admin");
            await().until(() -> admin.metric("discovery_polls_waiting") == 1);

            TestIdentities.OF_PAYMENTS.without("reader").write(dir.resolve("auth.yaml"));
            await().until(() -> TestIdentities.clientOf(member.client(), "reader")
                            .get("/v1/registration/payments")
                            .statusCode()
                    == 401);
            writer.register("payments", "127.0.0.8");

            assertThat(polled.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(401);
            assertThat(polled.get().body()).contains("which was good when the request came");
        }
    }

    @Test
    void aClientOverItsLimitsIsToldWhenToComeBack() throws Exception {
        Path file = dir.resolve("limits.yaml");
        Files.writeString(
                file,
                Files.readString(TestIdentities.OF_PAYMENTS
                                .with("slow", "write: ['*']\nlimits: {writes: 2, streams: 1}")
                                .write(file))
                        .replace("identities:", "limits: {reads: 100000, writes: 100000}\nidentities:"));
        try (MemberProcess member = MemberProcess.start(Map.of("AUTH_FILE", file.toString()));
                XdsClient xds = new XdsClient(bearer("slow"));
                var stream = xds.endpoints(member.port())) {
            TestClient slow = TestIdentities.clientOf(member.client(), "slow");
            stream.send(request("envoy.config.endpoint.v3.ClusterLoadAssignment", "payments"));
            stream.next();

            try (var second = xds.endpoints(member.port())) {
                second.send(DiscoveryRequest.getDefaultInstance());
                assertThat(second.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
            }
            assertThat(slow.method("HEAD", "/v1/watch/payments").statusCode()).isEqualTo(429);
            slow.post(
                    "/v1/registrations",
                    "application/json",
                    "[" + String.join(",", Collections.nCopies(20, ITEM)) + "]");
            var refused = slow.post("/v1/registration/payments", TestClient.registration(Map.of()));
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0))
                    .isBetween(5L, 10L);
            assertThat(slow.get("/v1/registration/payments").statusCode()).isEqualTo(200);
            TestIdentities.clientOf(member.client(), "writer").register("payments", "127.0.0.9");
        }
    }

    @Test
    void aTokenOfAnIssuerIsAProof() {
        TestIssuer issuer = new TestIssuer("ES256", "RS256");
        Path keys = issuer.write(dir.resolve("keys.json"));
        TestIdentities identities = TestIdentities.OF_PAYMENTS
                .with("pods", "write: [payments]\nclaims: [{sub: system:serviceaccount:shop:payments}]")
                .with("people", "admin: true\nclaims: [{/realm/roles: operator}]");
        try (MemberProcess member = MemberProcess.start(Map.of(
                "AUTH_FILE", identities.write(dir.resolve("auth.yaml")).toString(),
                "AUTH_JWT_ISSUER", TestIssuer.NAME,
                "AUTH_JWT_JWKS", keys.toString()))) {
            Map<String, Object> claims = TestIssuer.claims(Instant.now());
            TestClient pod = member.client().with("Authorization", "Bearer " + issuer.token("ES256", claims));
            claims.put("sub", "jane");
            TestClient other = member.client().with("Authorization", "Bearer " + issuer.token("RS256", claims));
            claims.put("realm", Map.of("roles", List.of("reader", "operator")));
            TestClient jane = member.client().with("Authorization", "Bearer " + issuer.token("RS256", claims));
            claims.put("exp", Instant.now().minusSeconds(3_600).getEpochSecond());
            TestClient late = member.client().with("Authorization", "Bearer " + issuer.token("RS256", claims));

            pod.register("payments", "127.0.0.9");
            assertThat(pod.get("/v1/registration/orders").statusCode()).isEqualTo(403);
            assertThat(jane.get("/v1/cluster").statusCode()).isEqualTo(200);
            assertThat(other.get("/v1/registration/payments").body())
                    .contains("given a token of [jane] whose claims are those of no identity");
            assertThat(late.get("/v1/registration/payments").body()).contains("given a token that expired at");
            assertThat(late.get("/v1/registration/payments").statusCode()).isEqualTo(401);
        }
    }

    /** The proxy adds its own peer to the header; a client behind it cannot name another. */
    @Test
    void aHostBehindATrustedProxyIsItself() {
        try (MemberProcess member = MemberProcess.start(Map.of(
                "AUTH_FILE",
                TestIdentities.OF_PAYMENTS
                        .with("self", "write: [payments]\nself_only: true")
                        .write(dir.resolve("auth.yaml"))
                        .toString(),
                "TRUSTED_PROXIES",
                "127.0.0.1/32"))) {
            TestClient self = TestIdentities.clientOf(member.client(), "self");
            TestClient behind = self.with("X-Forwarded-For", "127.0.0.8, 127.0.0.9");

            assertThat(behind.post("/v1/registration/payments", TestClient.registration(Map.of("ip", "127.0.0.8")))
                            .statusCode())
                    .isEqualTo(403);
            behind.register("payments", "127.0.0.9");
            assertThat(self.post("/v1/registration/payments", TestClient.registration(Map.of("ip", "127.0.0.9")))
                            .statusCode())
                    .isEqualTo(403);
        }
    }
}
