package io.discovery.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Http2Client;
import io.discovery.testing.OpenSockets;
import io.discovery.testing.RawHttp;
import io.discovery.testing.RawHttp2;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** As many clients watch as may, and more come: over real sockets, to a member that takes 20 connections. */
class CrowdWireTest {

    private static final String METHOD = "/envoy.service.endpoint.v3.EndpointDiscoveryService/StreamEndpoints";
    private static final int MOST = 10;

    @AutoClose
    private final TestMember member = TestMember.start(Map.of("MAX_CONNECTIONS", "20"));

    private final TestClient client = member.client();

    @AutoClose
    private final OpenSockets sockets = new OpenSockets();

    @Test
    void whoWouldWaitIsRefusedAndEverybodyElseIsServed() throws IOException {
        client.register("payments", "127.0.0.1");
        for (int i = 0; i < MOST; i++) {
            assertThat(ask(i % 2 == 0 ? "/v1/watch" : "/v1/watch/payments").code())
                    .isEqualTo(200);
        }
        assertThat(client.metric("discovery_waiting_connections_limit")).isEqualTo(MOST);

        for (int i = 0; i < 2 * MOST; i++) {
            refused(ask("/v1/watch/payments"));
            refused(ask("/v1/registration/payments?wait=30s&index=" + index()));
        }

        assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(client.get("/healthcheck").statusCode()).isEqualTo(200);
        assertThat(client.get("/v1/registration/payments").statusCode()).isEqualTo(200);
        client.register("payments", "127.0.0.2");
        assertThat(client.metric("discovery_waiting_connections")).isEqualTo(MOST);
        assertThat(client.metric("discovery_waiting_requests")).isEqualTo(MOST);
        assertThat(client.metric("discovery_waiting_refused_total")).isEqualTo(4 * MOST);
    }

    @Test
    void aCallOfGrpcIsUnavailable() throws IOException {
        for (int i = 0; i < MOST; i++) {
            assertThat(ask("/v1/watch").code()).isEqualTo(200);
        }
        try (Http2Client http = new Http2Client(member.port())) {
            var response = Http2Client.get(call(http).response());

            assertThat(response.getHeader("grpc-status")).isEqualTo("14");
            assertThat(response.getHeader("grpc-message")).startsWith("crowded: ");
        }
    }

    /** Each kind of request that waits leaves its place when it ends, however it ends. */
    @Test
    void placesAreLeft() throws IOException {
        client.register("payments", "127.0.0.1");
        assertThat(ask("/v1/watch").code()).isEqualTo(200);
        send("/v1/registration/payments?wait=30s&index=" + index());
        try (RawHttp2 raw = RawHttp2.connect(member.port(), 100_000);
                Http2Client http = new Http2Client(member.port())) {
            raw.frame(RawHttp2.RST_STREAM, 0, raw.get("/v1/watch"), new byte[4]);
            int poll = raw.get("/v1/registration/payments?wait=30s&index=" + index());
            int watch = raw.get("/v1/watch");
            HttpClientRequest call = call(http);
            await().until(() -> client.metric("discovery_waiting_requests") == 5);
            assertThat(client.metric("discovery_waiting_connections")).isEqualTo(4);
            assertThat(client.metric("discovery_waiting_bytes")).isGreaterThan(4 * 8_000);

            raw.frame(RawHttp2.RST_STREAM, 0, poll, new byte[4]);
            raw.frame(RawHttp2.RST_STREAM, 0, watch, new byte[4]);
            call.reset();
            sockets.all().get(0).close();
            client.register("payments", "127.0.0.2");

            await().until(() -> client.metric("discovery_waiting_requests") == 0);
            assertThat(client.metric("discovery_waiting_connections")).isZero();
            assertThat(client.metric("discovery_waiting_bytes")).isZero();
        }
    }

    @Test
    void aHeaderTakesMoreThanItsCharacters() throws IOException {
        Socket socket = sockets.add(new Socket(InetAddress.getLoopbackAddress(), member.port()));
        socket.getOutputStream()
                .write(("GET /v1/watch HTTP/1.1\r\n" + "a:\r\n".repeat(100) + "\r\n").getBytes(US_ASCII));

        await().until(() -> client.metric("discovery_waiting_requests") == 1);

        assertThat(client.metric("discovery_waiting_bytes")).isGreaterThan(8 * 1024 + 100 * 150);
    }

    private static HttpClientRequest call(Http2Client http) {
        HttpClientRequest call = http.request(HttpMethod.POST, METHOD)
                .putHeader("Content-Type", "application/grpc")
                .setChunked(true);
        Http2Client.get(call.sendHead());
        return call;
    }

    private String index() {
        return client.get("/v1/registration/payments")
                .headers()
                .firstValue("X-Discovery-Index")
                .orElseThrow();
    }

    private static void refused(RawHttp.Answer answer) {
        assertThat(answer.code()).isEqualTo(503);
        assertThat(answer.body()).contains("crowded: ");
        assertThat(answer.all("Retry-After"))
                .singleElement()
                .satisfies(seconds -> assertThat(Integer.parseInt(seconds)).isBetween(5, 15));
    }

    /** The answer is read as far as its head says that it goes. */
    private RawHttp.Answer ask(String path) throws IOException {
        return RawHttp.read(new BufferedInputStream(send(path).getInputStream()), false);
    }

    private Socket send(String path) throws IOException {
        Socket socket = sockets.add(new Socket(InetAddress.getLoopbackAddress(), member.port()));
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: discovery\r\n\r\n").getBytes(US_ASCII));
        return socket;
    }
}
