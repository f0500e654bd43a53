package io.discovery.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.sse.SseKeepAlive;
import io.discovery.testing.EventStream;
import io.discovery.testing.EventStream.Event;
import io.discovery.testing.Http2Client;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Streams of server-sent events, WHATWG HTML, 9.2, of one service and of all. */
class WatchWireTest {

    private static final String OPEN = "discovery_watchers";
    private static final String NO_HOSTS = "0".repeat(32);

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of());

    private static final TestClient CLIENT = MEMBER.client();

    @Test
    void aWatcherGetsTheListAndThenEachChangeOfIt() {
        CLIENT.register("watched", "127.0.0.1");
        try (EventStream stream = open("/v1/watch/watched")) {
            assertThat(stream.next()).isEqualTo(asListed("watched"));

            CLIENT.register("watched", "127.0.0.2");
            assertThat(stream.next()).isEqualTo(asListed("watched"));

            CLIENT.post("/v1/loadbalancing/watched/127.0.0.2", Map.of("load_balancing_weight", "3"));
            assertThat(stream.next()).isEqualTo(asListed("watched"));

            CLIENT.delete("/v1/registration/watched/127.0.0.2");
            assertThat(stream.next()).isEqualTo(asListed("watched"));

            CLIENT.delete("/v1/registration/watched/127.0.0.1");
            assertThat(stream.next()).isEqualTo(removed("watched", NO_HOSTS));
        }
    }

    @Test
    void theHeadSaysThatItIsAStreamWhichNobodyKeeps() {
        try (EventStream stream = open("/v1/watch/headed")) {
            assertThat(stream.head().code()).isEqualTo(200);
            assertThat(stream.head().all("Content-Type")).containsExactly("text/event-stream");
            assertThat(stream.head().all("Cache-Control")).containsExactly("no-store");
            assertThat(stream.head().all("X-Accel-Buffering")).containsExactly("no");
            assertThat(stream.line()).matches("retry: [1-3][0-9]{3}");
        }
        for (String path : new String[] {"/v1/watch/headed", "/v1/watch"}) {
            HttpResponse<String> head = CLIENT.method("HEAD", path);
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.headers().firstValue("Content-Type")).hasValue("text/event-stream");
            assertThat(CLIENT.method("POST", path).statusCode()).isEqualTo(405);
        }
        assertThat(CLIENT.get("/v1/watch/").statusCode()).isEqualTo(404);
    }

    @Test
    void aServiceWithoutHostsIsToldAsRemovedUntilItHasSome() {
        try (EventStream stream = open("/v1/watch/to%20come")) {
            assertThat(stream.next()).isEqualTo(removed("to come", NO_HOSTS));

            CLIENT.register("to%20come", "127.0.0.1");
            assertThat(stream.next()).isEqualTo(asListed("to%20come"));
        }
    }

    /** A watcher that was woken would have sent the list; the next event is the change. */
    @Test
    void neitherAHeartbeatNorAnotherServiceIsTold() {
        CLIENT.register("beating", "127.0.0.1");
        try (EventStream stream = open("/v1/watch/beating")) {
            stream.next();

            CLIENT.register("beating", "127.0.0.1");
            CLIENT.register("beside", "127.0.0.1");
            CLIENT.register("beating", Map.of("ip", "127.0.0.1", "revision", "r2"));

            assertThat(stream.next()).isEqualTo(asListed("beating"));
        }
    }

    @Test
    void whoComesBackWithTheLastIdGetsOnlyWhatChangesFromThenOn() {
        CLIENT.register("resumed", "127.0.0.1");
        try (EventStream stream = open("/v1/watch/resumed", asListed("resumed").id())) {
            CLIENT.register("resumed", "127.0.0.2");

            assertThat(stream.next()).isEqualTo(asListed("resumed"));
        }
    }

    @Test
    void whoComesBackWithAnotherIdIsToldToStartAnew() {
        CLIENT.register("anew", "127.0.0.1");
        for (String id : new String[] {NO_HOSTS, "", "unknown", SseEvents.INCOMPLETE}) {
            try (EventStream stream = open("/v1/watch/anew", id)) {
                assertThat(stream.next()).isEqualTo(new Event(SseEvents.INCOMPLETE, "reset", "{}"));
                assertThat(stream.next()).isEqualTo(asListed("anew"));
            }
        }
    }

    @Test
    void whoWatchesAllGetsEachServiceAndThenEachChange() {
        CLIENT.register("all-a", "127.0.0.1");
        CLIENT.register("all-b", "127.0.0.1");
        try (EventStream stream = open("/v1/watch")) {
            assertThat(untilComplete(stream).lists())
                    .containsEntry("all-a", asListed("all-a").data())
                    .containsEntry("all-b", asListed("all-b").data());

            CLIENT.register("all-a", "127.0.0.2");
            Event changed = stream.next();
            assertThat(changed.type()).isEqualTo("service");
            assertThat(changed.data()).isEqualTo(asListed("all-a").data());
            CLIENT.delete("/v1/registration/all-b/127.0.0.1");
            Event removed = stream.next();
            assertThat(removed).isEqualTo(removed("all-b", removed.id()));
            CLIENT.register("all-c", "127.0.0.1");
            assertThat(stream.next().data()).isEqualTo(asListed("all-c").data());
        }
    }

    @Test
    void whoWatchesAllAndComesBackWithTheLastIdGetsOnlyWhatChangesFromThenOn() {
        CLIENT.register("all-resumed", "127.0.0.1");
        String id = idOfAll();
        try (EventStream stream = open("/v1/watch", id)) {
            CLIENT.register("all-resumed", "127.0.0.2");

            assertThat(stream.next().data()).isEqualTo(asListed("all-resumed").data());
        }
    }

    @Test
    void whoWatchesAllAndComesBackWithAnotherIdIsToldToStartAnew() {
        CLIENT.register("all-anew", "127.0.0.1");
        String old = idOfAll();
        CLIENT.register("all-anew", "127.0.0.2");
        for (String id : new String[] {old, "unknown", SseEvents.INCOMPLETE}) {
            try (EventStream stream = open("/v1/watch", id)) {
                assertThat(stream.next()).isEqualTo(new Event(SseEvents.INCOMPLETE, "reset", "{}"));
                assertThat(untilComplete(stream).lists())
                        .containsEntry("all-anew", asListed("all-anew").data());
            }
        }
    }

    /** One content has one id, whatever was in between. */
    @Test
    void theIdOfAllStandsForWhatIsListed() {
        CLIENT.register("id", "127.0.0.1");
        try (EventStream stream = open("/v1/watch")) {
            String id = untilComplete(stream).id();

            CLIENT.register("id", "127.0.0.2");
            assertThat(stream.next().id()).isNotEqualTo(id);

            CLIENT.delete("/v1/registration/id/127.0.0.2");
            assertThat(stream.next().id()).isEqualTo(id).isEqualTo(idOfAll());
        }
    }

    /** Each second those of one turn have a comment: of so many streams some have it within the first. */
    @Test
    void aCommentShowsNowAndThenThatTheStreamLives() {
        List<EventStream> streams = new ArrayList<>();
        try {
            for (int i = 0; i < SseKeepAlive.TURNS * Runtime.getRuntime().availableProcessors(); i++) {
                EventStream stream = open("/v1/watch/commented");
                streams.add(stream);
                stream.next();
            }

            await().until(() -> streams.stream().anyMatch(EventStream::hasMore));

            assertThat(streams.stream().filter(EventStream::hasMore).findFirst().map(EventStream::line))
                    .hasValue(":");
        } finally {
            streams.forEach(EventStream::close);
        }
    }

    @Test
    void aClientThatHasGoneIsForgotten() {
        double others = CLIENT.metric(OPEN);
        try (EventStream one = open("/v1/watch/gone");
                EventStream all = open("/v1/watch")) {
            one.next();
            assertThat(all.head().code()).isEqualTo(200);
            assertThat(CLIENT.metric(OPEN)).isGreaterThanOrEqualTo(2);
        }

        await().until(() -> CLIENT.metric(OPEN) <= others);
    }

    /** A request that goes on is never the one that ends for a new connection, as one that is idle is. */
    @Test
    void aWatcherIsNoIdleConnection() {
        try (TestMember small = TestMember.start(Map.of("MAX_CONNECTIONS", "3"))) {
            small.client().register("busy", "127.0.0.1");
            try (EventStream stream = EventStream.open(small.port(), "/v1/watch/busy")) {
                stream.next();
                for (int i = 0; i < 10; i++) {
                    new TestClient(small.port()).get("/health/live");
                }
                await().until(() -> small.client()
                        .get("/metrics")
                        .body()
                        .contains("discovery_connections_ended_total{reason=\"limit\"} "));

                small.client().register("busy", "127.0.0.2");

                assertThat(TestClient.hostsOf(stream.next().data())).containsExactly("127.0.0.1", "127.0.0.2");
            }
        }
    }

    @Test
    void streamsOfAMemberThatStopsEndAsWholeAnswersEnd() {
        TestMember leaving = TestMember.start(Map.of());
        leaving.client().register("left", "127.0.0.1");
        try (EventStream one = EventStream.open(leaving.port(), "/v1/watch/left");
                EventStream all = EventStream.open(leaving.port(), "/v1/watch")) {
            one.next();
            all.next();

            leaving.close();

            assertThat(one.rest()).isEmpty();
            assertThat(all.rest()).isEmpty();
        }
    }

    @Test
    void overHttp2OneConnectionCarriesManyStreams() {
        CLIENT.register("http2-a", "127.0.0.1");
        try (Http2Client http = new Http2Client(MEMBER.port())) {
            Queue<String> first = new ConcurrentLinkedQueue<>();
            Queue<String> second = new ConcurrentLinkedQueue<>();
            HttpClientResponse response = over(http, "/v1/watch/http2-a", first);
            over(http, "/v1/watch/http2-b", second);
            assertThat(response.headers().contains("transfer-encoding")).isFalse();
            assertThat(response.getHeader("content-type")).isEqualTo("text/event-stream");
            double open = CLIENT.metric(OPEN);

            CLIENT.register("http2-b", "127.0.0.7");
            await().until(() -> String.join("", second).contains("127.0.0.7"));
            assertThat(String.join("", first))
                    .contains("data: " + asListed("http2-a").data() + "\n\n");

            Http2Client.get(response.request().reset());
            await().until(() -> CLIENT.metric(OPEN) == open - 1);
            CLIENT.register("http2-b", "127.0.0.8");
            await().until(() -> String.join("", second).contains("127.0.0.8"));
        }
    }

    private static HttpClientResponse over(Http2Client http, String path, Queue<String> body) {
        return Http2Client.get(Http2Client.send(http.request(path), response -> {
            response.handler(chunk -> body.add(chunk.toString()));
            return Future.succeededFuture(response);
        }));
    }

    private static EventStream open(String path) {
        return EventStream.open(MEMBER.port(), path);
    }

    private static EventStream open(String path, String lastEventId) {
        return EventStream.open(MEMBER.port(), path, lastEventId);
    }

    /** The event of a service as it is listed now. */
    private static Event asListed(String service) {
        HttpResponse<String> list = CLIENT.get("/v1/registration/" + service);
        return new Event(
                list.headers().firstValue("X-Discovery-Index").orElseThrow(),
                "service",
                list.body().stripTrailing());
    }

    private static Event removed(String service, String id) {
        return new Event(id, "removed", "{\"service\": \"" + service + "\"}");
    }

    /** The id of all that is listed now. */
    private static String idOfAll() {
        try (EventStream stream = open("/v1/watch")) {
            return untilComplete(stream).id();
        }
    }

    private static final Pattern SERVICE = Pattern.compile("\\{\"service\": \"([^\"]*)\"");

    /**
     * The lists of a client that watches all services.
     *
     * @param lists by service
     */
    private record Shown(String id, Map<String, String> lists) {}

    /** Reads until the client has all. */
    private static Shown untilComplete(EventStream stream) {
        Map<String, String> lists = new HashMap<>();
        Event event;
        do {
            event = stream.next();
            var service = SERVICE.matcher(event.data());
            assertThat(service.lookingAt()).as(event.data()).isTrue();
            lists.put(service.group(1), event.data());
        } while (event.id().equals(SseEvents.INCOMPLETE));
        return new Shown(event.id(), lists);
    }
}
