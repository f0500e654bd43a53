package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Http2Client;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Long polls: a read that waits until the list is another than the client has. */
class LongPollWireTest {

    private static final String WAITING = "discovery_polls_waiting";
    private static final String NO_HOSTS = "0".repeat(32);

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of());

    private static final TestClient CLIENT = MEMBER.client();

    @Test
    void everyListOfAServiceHasItsIndexWhichIsTheVersionInTheTag() {
        CLIENT.register("indexed", "127.0.0.1");

        HttpResponse<String> whole = CLIENT.get("/v1/registration/indexed");
        HttpResponse<String> unchanged = CLIENT.send(CLIENT.request("/v1/registration/indexed")
                .header("If-None-Match", whole.headers().firstValue("ETag").orElseThrow()));

        assertThat(whole.headers().firstValue("ETag")).hasValue("W/\"" + index(whole) + "\"");
        assertThat(unchanged.statusCode()).isEqualTo(304);
        assertThat(index(unchanged)).isEqualTo(index(whole));
        assertThat(index(CLIENT.get("/v1/registration/nobody"))).isEqualTo(NO_HOSTS);
        assertThat(CLIENT.get("/v1/registration/repo/nobody").headers().firstValue(LongPoll.INDEX))
                .isEmpty();
    }

    @Test
    void whoHasAnotherListIsAnsweredAtOnce() {
        CLIENT.register("other", "127.0.0.1");
        String index = index(CLIENT.get("/v1/registration/other"));

        for (String has : new String[] {NO_HOSTS, "", "unknown", index + "0", "W/%22" + index + "%22"}) {
            HttpResponse<String> answer = CLIENT.get("/v1/registration/other?wait=300s&index=" + has);
            assertThat(answer.statusCode()).as(has).isEqualTo(200);
            assertThat(index(answer)).as(has).isEqualTo(index);
        }
    }

    @Test
    void aChangeEndsTheWait() {
        CLIENT.register("changing", "127.0.0.1");
        String index = index(CLIENT.get("/v1/registration/changing"));
        CompletableFuture<HttpResponse<String>> poll = poll("changing", index);

        CLIENT.register("changing", "127.0.0.2");

        HttpResponse<String> answer = poll.join();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TestClient.hostsOf(answer.body())).containsExactly("127.0.0.1", "127.0.0.2");
        assertThat(index(answer)).isNotEqualTo(index).isEqualTo(index(CLIENT.get("/v1/registration/changing")));
        assertNobodyWaits();
    }

    @Test
    void aServiceThatNobodyKnowsCanBeWaitedFor() {
        CompletableFuture<HttpResponse<String>> poll = poll("to-come", NO_HOSTS);

        CLIENT.register("to-come", "127.0.0.1");

        assertThat(TestClient.hostsOf(poll.join().body())).containsExactly("127.0.0.1");
    }

    /** If one of them ended the wait, the answer would have the index that was there. */
    @Test
    void neitherAHeartbeatNorAnotherServiceEndsTheWait() {
        CLIENT.register("beating", "127.0.0.1");
        String index = index(CLIENT.get("/v1/registration/beating"));
        CompletableFuture<HttpResponse<String>> poll = poll("beating", index);

        CLIENT.register("beating", "127.0.0.1");
        CLIENT.register("beside", "127.0.0.1");
        CLIENT.register("beating", Map.of("ip", "127.0.0.1", "revision", "r2"));

        assertThat(index(poll.join())).isNotEqualTo(index);
    }

    @Test
    void whenTheTimeIsUpTheListIsAnsweredAsItIs() {
        CLIENT.register("quiet", "127.0.0.1");
        HttpResponse<String> list = CLIENT.get("/v1/registration/quiet");
        String path = "/v1/registration/quiet?wait=50ms&index=" + index(list);

        HttpResponse<String> whole = CLIENT.get(path);
        HttpResponse<String> unchanged = CLIENT.send(CLIENT.request(path)
                .header("If-None-Match", list.headers().firstValue("ETag").orElseThrow()));

        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(list.body());
        assertThat(unchanged.statusCode()).isEqualTo(304);
        assertThat(index(unchanged)).isEqualTo(index(list));
        assertThat(CLIENT.method("HEAD", path).statusCode()).isEqualTo(200);
    }

    @Test
    void aWaitThatIsNoneIsRefused() {
        HttpResponse<String> answer = CLIENT.get("/v1/registration/s?wait=soon&index=x");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo("{\"error\": \"wait: given 'soon', expected a time such as 30s, 500ms or 2m; without a unit,"
                        + " seconds\"}\n");
    }

    @Test
    void withoutAnIndexNothingWaits() {
        assertThat(CLIENT.get("/v1/registration/plain?wait=300s").statusCode()).isEqualTo(200);
        assertThat(CLIENT.get("/v1/registration/plain?index=" + NO_HOSTS).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aClientThatHasGoneWaitsNoMore() throws IOException {
        try (Socket socket = RawHttp.connect(MEMBER.port())) {
            send(socket, "gone");
            awaitWaiting(1);
        }

        assertNobodyWaits();
    }

    @Test
    void overHttp2ARequestThatHasGoneWaitsNoMoreAndAnotherOnItsConnectionGoesOn() {
        try (Http2Client http = new Http2Client(MEMBER.port())) {
            HttpClientRequest gone = http.request(path("http2-gone", NO_HOSTS));
            Future<Buffer> never = Http2Client.send(gone, response -> response.body());
            Future<Buffer> answer =
                    Http2Client.send(http.request(path("http2-staying", NO_HOSTS)), response -> response.body());
            awaitWaiting(2);

            Http2Client.get(gone.reset());
            awaitWaiting(1);
            CLIENT.register("http2-staying", "127.0.0.1");

            assertThat(Http2Client.get(answer).toString()).contains("127.0.0.1");
            assertThat(never.failed()).isTrue();
            assertNobodyWaits();
        }
    }

    /** Not when the time is up in which the member serves on. */
    @Test
    void aMemberThatIsToldToStopLetsGoOfThoseWhoWait() throws Exception {
        TestMember leaving = TestMember.start(Map.of("SHUTDOWN_DELAY_SECONDS", "1"));
        CompletableFuture<Void> stop = new CompletableFuture<>();
        try (Socket socket = RawHttp.connect(leaving.port())) {
            send(socket, "left");
            await().until(() -> leaving.client().metric(WAITING) == 1);

            stop.completeAsync(() -> {
                leaving.close();
                return null;
            });
            RawHttp.Answer answer = RawHttp.read(socket.getInputStream(), false);

            assertThat(leaving.client().get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo(200);
            assertThat(answer.all("X-Discovery-Index")).containsExactly(NO_HOSTS);
            assertThat(answer.all("Connection")).containsExactly("close");
        }
        stop.get(10, TimeUnit.SECONDS);
    }

    /** Asks, and waits until the member waits. */
    private static CompletableFuture<HttpResponse<String>> poll(String service, String index) {
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> CLIENT.get(path(service, index)));
        awaitWaiting(1);
        return answer;
    }

    private static void send(Socket socket, String service) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path(service, NO_HOSTS) + " HTTP/1.1\r\nHost: d\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static String path(String service, String index) {
        return "/v1/registration/" + service + "?wait=30s&index=" + index;
    }

    private static void awaitWaiting(int requests) {
        await().until(() -> CLIENT.metric(WAITING) == requests);
    }

    private static void assertNobodyWaits() {
        awaitWaiting(0);
    }

    private static String index(HttpResponse<String> answer) {
        return answer.headers().firstValue(LongPoll.INDEX).orElseThrow();
    }
}
