package io.discovery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.AccessTable;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestIdentities;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A member with identities, from the outside. */
@Timeout(120)
class IdentitiesIT {

    private static final String ITEM =
            "{\"service\": \"SERVICE\", \"ip\": \"127.0.0.1\", \"port\": 80, \"revision\": \"1\"," + " \"tags\": "
                    + TestClient.TAGS + "}";

    /** The identities of {@link TestIdentities#OF_PAYMENTS} that a request about payments may come from, by its needs. */
    private static final Map<String, Set<String>> MAY = Map.of(
            "read, of the service", Set.of("reader", "writer", "reader-of-all", "writer-of-all", "admin"),
            "read, of all services", Set.of("reader-of-all", "writer-of-all", "admin"),
            "read, of the services that `?service=` names, else of all",
                    Set.of("reader-of-all", "writer-of-all", "admin"),
            "read; services that it may not read look empty",
                    Set.of("stranger", "reader", "writer", "reader-of-all", "writer-of-all", "admin"),
            "write, of the service", Set.of("writer", "writer-of-all", "admin"),
            "write, of each service in it", Set.of("writer", "writer-of-all", "admin"),
            "admin", Set.of("admin"));

    @TempDir
    private static Path dir;

    private static Path file;
    private static MemberProcess member;

    @BeforeAll
    static void start() {
        file = TestIdentities.OF_PAYMENTS
                .with("self", "write: [payments]\nself_only: true")
                .write(dir.resolve("auth.yaml"));
        member = MemberProcess.start(Map.of("AUTH_FILE", file.toString()));
    }

    @AfterAll
    static void stop() {
        member.close();
    }

    private static TestClient as(String identity) {
        return TestIdentities.clientOf(member.client(), identity);
    }

    static Stream<String> requests() {
        return AccessTable.read().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestNeedsWhatTheTableSays(String request) {
        String needs = AccessTable.read().getOrDefault(request, "");
        Set<String> allowed = MAY.getOrDefault(needs, Set.of());

        for (String identity : TestIdentities.OF_PAYMENTS.grants().keySet()) {
            int status = send(as(identity), request).statusCode();
            boolean may = needs.equals("none") || allowed.contains(identity);
            assertThat(status == 403)
                    .as("%s by %s: %d", request, identity, status)
                    .isNotEqualTo(may);
            assertThat(status).isNotEqualTo(401);
        }
        for (TestClient unknown : List.of(member.client(), as("unknown"))) {
            assertThat(send(unknown, request).statusCode() == 401).as(request).isNotEqualTo(needs.equals("none"));
        }
    }

    /** Sends a request that would work for a client that may send it; of a stream, the head alone. */
    private static HttpResponse<String> send(TestClient client, String request) {
        String method = request.substring(0, request.indexOf(' '));
        String path = request.substring(request.indexOf(' ') + 1)
                .replace(":service", "payments")
                .replace(":ip_address", "127.0.0.1");
        if (!method.equals("POST")) {
            return client.method(path.startsWith("/v1/watch") ? "HEAD" : method, path);
        }
        if (path.equals("/v1/registrations")) {
            return client.post(path, "application/json", "[" + ITEM.replace("SERVICE", "payments") + "]");
        }
        if (path.startsWith("/v3/discovery:")) {
            return client.post(path, "application/json", "{\"resource_names\": [\"payments\"]}");
        }
        Map<String, String> form = new HashMap<>(TestClient.registration(Map.of()));
        form.put("load_balancing_weight", "7");
        return client.post(path, form);
    }

    @Test
    void aReaderOfOneServiceSeesItsChanges() {
        assertThat(as("reader").get("/v1/changes?service=payments").statusCode())
                .isEqualTo(200);
        assertThat(as("reader")
                        .get("/v1/changes?service=payments&service=orders")
                        .statusCode())
                .isEqualTo(403);
        assertThat(as("reader").get("/v1/changes").statusCode()).isEqualTo(403);
    }

    @Test
    void refusalsSayWhatWasMissing() {
        HttpResponse<String> unidentified = member.client().get("/v1/registration/payments");
        HttpResponse<String> unknown = as("unknown").get("/v1/registration/payments");
        HttpResponse<String> forbidden = as("reader").get("/v1/registration/orders");

        assertThat(unidentified.body())
                .isEqualTo("{\"error\": \"given no credentials, expected those of an identity that may read the service"
                        + " payments\"}\n");
        assertThat(unidentified.headers().allValues("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"discovery\"", "Basic realm=\"discovery\", charset=\"UTF-8\"");
        assertThat(unknown.body())
                .contains("given a token that is unknown, or no longer good")
                .doesNotContain(TestIdentities.tokenOf("unknown"));
        assertThat(forbidden.body())
                .isEqualTo("{\"error\": \"given token of reader, expected an identity that may read the service"
                        + " orders\"}\n");
        await().untilAsserted(() -> assertThat(member.log())
                .contains("refused GET /v1/registration/orders of", "expected an identity that may read the service"));
    }

    @Test
    void aRefusalDoesNotTellWhetherAServiceExists() {
        as("writer-of-all").register("orders", "127.0.0.1");

        String there = as("reader").get("/v1/registration/orders").body();
        String absent = as("reader").get("/v1/registration/nothing").body();

        assertThat(absent).isEqualTo(there.replace("orders", "nothing"));
    }

    @Test
    void theBodyOfARefusedRequestIsNotRead() {
        HttpResponse<String> refused = as("reader").post("/v1/registration/payments", "text/plain", "x".repeat(60_000));

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(as("reader").get("/v1/registration/payments").statusCode()).isEqualTo(200);
    }

    @Test
    void manyRegistrationsAreCheckedOneByOne() {
        String items = "[" + ITEM.replace("SERVICE", "payments") + "," + ITEM.replace("SERVICE", "orders") + "]";

        HttpResponse<String> answer = as("writer").post("/v1/registrations", "application/json", items);

        assertThat(answer.statusCode()).isEqualTo(207);
        assertThat(answer.body())
                .contains(
                        "{\"status\": 200}",
                        "{\"status\": 403, \"error\": \"given token of writer, expected an identity that may write the"
                                + " service orders\"}");
    }

    @Test
    void aHostThatIsSelfOnlyChangesNoOther() {
        as("writer").register("payments", "127.0.0.9");

        as("self").register("payments", "127.0.0.1");

        assertThat(as("self")
                        .post("/v1/registration/payments", TestClient.registration(Map.of("ip", "127.0.0.9")))
                        .statusCode())
                .isEqualTo(403);
        assertThat(as("self")
                        .with("X-Forwarded-For", "127.0.0.9")
                        .delete("/v1/registration/payments/127.0.0.9")
                        .statusCode())
                .isNotEqualTo(200);
        assertThat(as("self").delete("/v1/registration/payments/127.0.0.9").body())
                .contains("given the address 127.0.0.9 by self at 127.0.0.1, expected its own, because of self_only");
        assertThat(as("self")
                        .post("/v1/loadbalancing/payments", Map.of("load_balancing_weight", "7"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(as("self")
                        .post(
                                "/v1/registrations",
                                "application/json",
                                "[" + ITEM.replace("SERVICE", "payments").replace("127.0.0.1", "127.0.0.9") + "]")
                        .body())
                .contains("self_only");
        assertThat(as("self").delete("/v1/registration/payments/127.0.0.1").statusCode())
                .isEqualTo(200);
        assertThat(as("reader").hosts("payments")).contains("127.0.0.9");
    }

    @Test
    void figuresOfNamedServicesNeedReadOfEach() {
        String both = "/v1/services/overview?service=payments&service=orders";

        assertThat(as("reader").get("/v1/services/overview?service=payments").statusCode())
                .isEqualTo(200);
        assertThat(as("reader").get(both).body()).contains("expected an identity that may read the service orders");
        assertThat(as("reader-of-all").get(both).statusCode()).isEqualTo(200);
    }

    /** The lists by repo show hosts of all services. */
    @Test
    void aReaderOfAServiceNamedRepoReadsNoRepos() throws Exception {
        Path own = TestIdentities.OF_PAYMENTS.with("repo", "read: [repo]").write(dir.resolve("repo.yaml"));
        try (MemberProcess other = MemberProcess.start(Map.of("AUTH_FILE", own.toString()))) {
            TestClient client = TestIdentities.clientOf(other.client(), "repo");

            assertThat(client.get("/v1/registration/repo").statusCode()).isEqualTo(200);
            assertThat(client.get("/v1/registration/repo/any").statusCode()).isEqualTo(403);
            assertThat(TestIdentities.clientOf(other.client(), "reader-of-all")
                            .get("/v1/registration/repo/any")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aChangedFileCountsAndABrokenOneDoesNot() throws Exception {
        Path own = TestIdentities.OF_PAYMENTS.write(dir.resolve("changing.yaml"));
        try (MemberProcess other = MemberProcess.start(Map.of("AUTH_FILE", own.toString(), "AUTH_ANONYMOUS", "read"))) {
            TestClient reader = TestIdentities.clientOf(other.client(), "reader");
            TestClient admin = TestIdentities.clientOf(other.client(), "admin");
            assertThat(reader.get("/v1/registration/payments").statusCode()).isEqualTo(200);
            assertThat(other.client().get("/v1/registration/payments").statusCode())
                    .isEqualTo(200);
            assertThat(other.client()
                            .post("/v1/registration/payments", TestClient.registration(Map.of()))
                            .statusCode())
                    .isEqualTo(401);

            TestIdentities.OF_PAYMENTS.with("stranger", "reads: [x]").write(own);
            await().atMost(Duration.ofSeconds(10)).until(() -> admin.metric("discovery_auth_file_broken") == 1);
            assertThat(reader.get("/v1/registration/payments").statusCode()).isEqualTo(200);
            assertThat(other.log()).contains("cannot be used; what was read before stays in use", "reads");

            TestIdentities.OF_PAYMENTS.without("reader").write(own);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> reader.get("/v1/registration/payments").statusCode() == 401);
            assertThat(admin.metric("discovery_auth_file_broken")).isZero();
        }
    }
}
