package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.RawHttp2;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers over HTTP/2 that wait for a window which the client does not open. */
class UnreadStreamsWireTest {

    private static final int HOSTS = 40;
    private static final int STREAMS = 50;
    /** Bytes of a stream beside what it shares. */
    private static final int EACH = 8_192;

    private static final String UNREAD = "discovery_connections_unread_bytes";
    private static final String LARGE =
            "{\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"" + "x".repeat(13_000) + "\"}";

    @AutoClose
    private final TestMember member = TestMember.start(Map.of());

    private final TestClient client = member.client();

    @BeforeEach
    void fill() {
        for (int i = 1; i <= HOSTS; i++) {
            client.register("large", Map.of("ip", "127.0.0." + i, "tags", LARGE));
        }
    }

    @Test
    void countOnceForEachListThatTheyHoldAndUntilTheConnectionEnds() {
        int list = client.get("/v1/registration/large").body().length();
        try (RawHttp2 http = RawHttp2.connect(member.port(), 0)) {
            for (int i = 0; i < STREAMS; i++) {
                http.get("/v1/registration/large");
            }
            await().until(() -> http.received(RawHttp2.HEADERS) == STREAMS);
            await().until(() -> client.metric(UNREAD) > list);
            assertThat(client.metric(UNREAD)).isLessThan(2.0 * list);

            client.register("large", Map.of("ip", "127.0.0.1", "revision", "next"));
            http.get("/v1/registration/large");
            await().until(() -> client.metric(UNREAD) > 2.0 * list);
        }
        await().until(() -> client.metric(UNREAD) == 0);
    }

    /** They are made while others ask, and each of these gets the one that is being made, or the next. */
    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/v1/services"})
    void ofMetersAndOfAllServicesAreSharedLikeLists(String path) {
        for (int i = 100; i < 400; i++) {
            client.register("service-" + i + "x".repeat(200), "127.0.0.1");
        }
        int length = client.get(path).body().length();
        try (RawHttp2 http = RawHttp2.connect(member.port(), 0)) {
            for (int i = 0; i < STREAMS; i++) {
                http.get(path);
            }
            await().until(() -> client.metric(UNREAD) > STREAMS * EACH);
            assertThat(client.metric(UNREAD)).as(path).isLessThan(STREAMS * EACH + STREAMS / 5.0 * length);
        }
        await().until(() -> client.metric(UNREAD) == 0);
    }

    @Test
    void countUntilTheirStreamIsReset() {
        try (RawHttp2 http = RawHttp2.connect(member.port(), 0)) {
            int plain = http.get("/v1/registration/large");
            int watch = http.get("/v1/watch/large");
            int targets = http.get("/v1/prometheus/targets");
            await().until(() -> client.metric(UNREAD) > 3 * 8_192);

            http.frame(RawHttp2.RST_STREAM, 0, plain, new byte[4]);
            http.frame(RawHttp2.RST_STREAM, 0, watch, new byte[4]);
            http.frame(RawHttp2.RST_STREAM, 0, targets, new byte[4]);

            await().until(() -> client.metric(UNREAD) == 0);
            assertThat(http.isOver()).isFalse();
        }
    }

    @Test
    void countUntilTheyAreRead() {
        try (RawHttp2 http = RawHttp2.connect(member.port(), 0)) {
            int stream = http.get("/v1/registration/large");
            await().until(() -> client.metric(UNREAD) > 0);

            byte[] much = {0, 16, 0, 0};
            http.frame(RawHttp2.WINDOW_UPDATE, 0, 0, much);
            http.frame(RawHttp2.WINDOW_UPDATE, 0, stream, much);

            await().until(() -> client.metric(UNREAD) == 0);
        }
    }

    /** A request that is answered before it is whole leaves nothing behind. */
    @Test
    void whatIsNotWholeIsResetOnceItIsAnswered() {
        try (RawHttp2 http = RawHttp2.connect(member.port(), 100_000)) {
            http.post("/v1/nowhere");

            await().until(() -> http.received(RawHttp2.RST_STREAM) == 1);
            assertThat(http.isOver()).isFalse();
        }
    }
}
