package io.discovery.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Http2Client;
import io.discovery.testing.OpenSockets;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestMember;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** More than a member can take, over real sockets: what it costs others, and what is left of it afterwards. */
class OverloadWireTest {

    private static final int HOSTS = 600;
    private static final int PIPELINED = 60;
    private static final int READERS = 5;

    @AutoClose
    private final TestMember member = TestMember.start(Map.of("MAX_CONNECTIONS", "20"));

    @AutoClose
    private final OpenSockets sockets = new OpenSockets();

    @Test
    void connectionsThatAreHeldKeepNobodyOut() throws IOException {
        for (int i = 0; i < 60; i++) {
            Socket held = connect();
            held.getOutputStream().write("GET /healthcheck HTT".getBytes(US_ASCII));
            assertThat(member.client().get("/healthcheck").statusCode()).isEqualTo(200);
        }

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(metric("discovery_connections")).isLessThanOrEqualTo(20));
        assertThat(limited()).isGreaterThanOrEqualTo(40);
    }

    /** The list is longer than the system's buffers of a connection when it is asked for many times. */
    @Test
    void whoDoesNotReadHoldsLittleAndIsAskedNoMoreOf() throws IOException {
        String blob = "x".repeat(8_000);
        for (int i = 0; i < HOSTS; i++) {
            member.client()
                    .register(
                            "svc",
                            Map.of(
                                    "ip",
                                    "127.0.1." + i % 200,
                                    "tags",
                                    "{\"az\": 1, \"region\": 1, \"instance_id\": \"" + blob + "\"}"));
        }
        int length = member.client().get("/v1/registration/svc").body().length();
        double before = answered();

        for (int i = 0; i < READERS; i++) {
            connect()
                    .getOutputStream()
                    .write("GET /v1/registration/svc HTTP/1.1\r\nHost: d\r\n\r\n"
                            .repeat(PIPELINED)
                            .getBytes(US_ASCII));
        }

        await().atMost(Duration.ofSeconds(10)).until(() -> metric("discovery_connections_unread_bytes") >= length);
        double held = metric("discovery_connections_unread_bytes");
        assertThat(held).isLessThan(length + READERS * 150_000.0);
        assertThat(answered() - before).isLessThan(READERS * PIPELINED);
        assertThat(member.client().get("/v1/registration/other").statusCode()).isEqualTo(200);
        readAll(sockets.all().get(0), length);
        sockets.close();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(metric("discovery_connections_unread_bytes")).isZero());
    }

    /** As gRPC and Envoy speak it. */
    @Test
    void http2FromTheFirstByteIsSpoken() {
        try (Http2Client http = new Http2Client(member.port())) {
            assertThat(http.body("/healthcheck")).isEqualTo("OK");
        }
    }

    /** All of what was asked for comes, in whatever pieces. */
    private static void readAll(Socket socket, int length) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        for (int i = 0; i < PIPELINED; i++) {
            RawHttp.Answer answer = RawHttp.read(in, false);
            assertThat(answer.code()).isEqualTo(200);
            assertThat(answer.body()).hasSize(length).endsWith("]}\n");
        }
    }

    private Socket connect() throws IOException {
        Socket socket = sockets.add(new Socket());
        socket.setReceiveBufferSize(8 * 1024);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), member.port()));
        return socket;
    }

    private double metric(String name) {
        return member.client().metric(name);
    }

    private double limited() {
        return metric("discovery_connections_ended_total{reason=\"limit\"}");
    }

    private double answered() {
        return metric("discovery_http_requests_seconds_count{route=\"service\",status=\"200\"}");
    }
}
