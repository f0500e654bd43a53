package io.discovery.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.json.JsonText;
import io.discovery.testing.Http2Client;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.StreamResetException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Lists of targets over real HTTP, after Prometheus's page "HTTP SD", "Requirements of HTTP SD endpoints". */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class TargetsWireTest {

    private static final String ALL = "/v1/prometheus/targets";
    private static final String PAYMENTS = ALL + "/payments";
    private static final Duration HOST_TTL = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of());

    private static final TestClient CLIENT = MEMBER.client();

    @BeforeAll
    static void register() {
        CLIENT.register("payments", Map.of("ip", "127.0.0.2", "port", "9091"));
        CLIENT.register("payments", Map.of("ip", "::1", "port", "9092"));
        CLIENT.register("a%20b", Map.of("ip", "127.0.0.3", "port", "9093"));
    }

    @Test
    void aServiceAndAllServicesAreListed() {
        assertThat(targets(CLIENT.get(PAYMENTS))).containsExactly("127.0.0.2:9091", "[::1]:9092");
        assertThat(targets(CLIENT.get(ALL + "/a%20b"))).containsExactly("127.0.0.3:9093");
        assertThat(targets(CLIENT.get(ALL)))
                .contains("127.0.0.3:9093", "127.0.0.2:9091", "[::1]:9092")
                .doesNotHaveDuplicates();
        assertThat(CLIENT.get(PAYMENTS).body())
                .contains(
                        "\"service\": \"payments\"",
                        "\"__meta_discovery_az\": \"a\"",
                        "\"__meta_discovery_region\": \"r\"");
    }

    @Test
    void whatNobodyKnowsIsAnEmptyList() {
        HttpResponse<String> answer = CLIENT.get(ALL + "/nobody");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("[]\n");
        try (TestMember empty = TestMember.start(Map.of())) {
            assertThat(empty.client().get(ALL).body()).isEqualTo("[]\n");
        }
    }

    @Test
    void theTypeIsJsonAndHeadHasNoBody() {
        for (String path : new String[] {ALL, PAYMENTS}) {
            for (String method : new String[] {"GET", "HEAD"}) {
                HttpResponse<String> answer = CLIENT.method(method, path);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().allValues("Content-Type")).containsExactly("application/json");
                assertThat(answer.body().isEmpty()).as(method).isEqualTo(method.equals("HEAD"));
            }
        }
    }

    @Test
    void otherMethodsAndPathsAreRefused() {
        for (String path : new String[] {ALL, PAYMENTS}) {
            assertThat(CLIENT.method("POST", path).statusCode()).isEqualTo(405);
            assertThat(CLIENT.delete(path).statusCode()).isEqualTo(405);
            assertThat(CLIENT.method("OPTIONS", path).headers().firstValue("Allow"))
                    .hasValue("GET, HEAD, OPTIONS");
        }
        for (String path : new String[] {ALL + "/", PAYMENTS + "/", PAYMENTS + "/127.0.0.2", "/v1/prometheus"}) {
            assertThat(CLIENT.get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    /** A Prometheus that took an empty list for the truth would scrape nothing. */
    @Test
    void untilAMemberKnowsAllItRefuses() {
        try (TestMember waiting =
                TestMember.startWithoutWaiting(Map.of("CLUSTER_MIN_MEMBERS", "2", "JOIN_WAIT_SECONDS", "60"))) {
            for (String path : new String[] {ALL, PAYMENTS}) {
                HttpResponse<String> answer = waiting.client().get(path);
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
                assertThat(answer.body()).matches("\\{\"error\": \"not ready: .+\"}\n");
            }
        }
    }

    @Test
    void whatExpiresOrIsRemovedIsATargetNoMore() {
        try (TestMember forgetful = TestMember.start(Map.of("HOST_TTL", Long.toString(HOST_TTL.toSeconds())))) {
            TestClient there = forgetful.client();
            there.register("payments", "127.0.0.2");
            there.register("payments", "127.0.0.3");
            there.delete("/v1/registration/payments/127.0.0.2");
            assertThat(there.get(PAYMENTS).body()).doesNotContain("127.0.0.2");

            await().atMost(PATIENCE).until(() -> there.get(PAYMENTS).body().equals("[]\n"));

            assertThat(there.get(ALL).body()).isEqualTo("[]\n");
        }
    }

    /** The list has several pieces. */
    @Test
    void aLongListOfAllArrivesWholeOverHttp1And2() {
        try (TestMember full = TestMember.start(Map.of());
                Http2Client http = new Http2Client(full.port())) {
            List<String> expected = registerMany(full);

            assertThat(targets(full.client().get(ALL))).isEqualTo(expected);
            assertThat(targets(http.body(ALL))).isEqualTo(expected);
        }
    }

    /** Over HTTP/1.1 the connection ends; here other requests of it may be fine. */
    @Test
    void overHttp2WhoDoesNotReadALongListLosesIt() {
        try (TestMember full = TestMember.start(Map.of());
                Http2Client http = new Http2Client(full.port())) {
            registerMany(full);
            HttpClientRequest unread = http.request(ALL);
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            unread.response()
                    .onSuccess(
                            response -> response.exceptionHandler(end::complete).pause());
            unread.end();

            assertThat(end).succeedsWithin(PATIENCE).isInstanceOf(StreamResetException.class);
            HttpClientRequest another = http.request("/healthcheck");
            assertThat(another.connection()).isSameAs(unread.connection());
            assertThat(Http2Client.get(Http2Client.send(another, HttpClientResponse::body))
                            .toString())
                    .isEqualTo("OK");
        }
    }

    /** Registers so many hosts that the list is longer than what HTTP/2 sends to a client that does not read. */
    private static List<String> registerMany(TestMember full) {
        String padding = "{\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"" + "i".repeat(10_000) + "\"}";
        return IntStream.range(100, 164)
                .mapToObj(n -> {
                    full.client().register("long-" + n, Map.of("ip", "127.0.0." + n, "port", "9", "tags", padding));
                    return "127.0.0." + n + ":9";
                })
                .toList();
    }

    private static List<String> targets(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        return targets(answer.body());
    }

    private static List<String> targets(String body) {
        return StreamSupport.stream(JsonText.parse(body).orElseThrow().spliterator(), false)
                .flatMap(group -> StreamSupport.stream(group.get("targets").spliterator(), false))
                .map(target -> target.textValue())
                .collect(Collectors.toList());
    }
}
