package io.discovery.abuse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.OpenSockets;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Heads of HTTP/1.1 that never become a request, more of them than the memory of a member holds. */
class HeadsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CLIENTS = 1_500;
    private static final double SHARE = (128 << 20) / 16.0;
    private static final String MEMORY = "discovery_connections_heads_bytes";
    private static final String ENDED = "discovery_connections_ended_total{reason=\"head\"}";
    private static final String GET = "GET /healthcheck HTTP/1.1\r\n";
    private static final String CHUNKED =
            "POST /v1/registration/payments HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";

    @Test
    void ofManySmallHeadersWithoutAnEnd() throws IOException {
        attack(index -> GET + "a:\r\n".repeat(4_000), 0);
    }

    @Test
    void ofAsMuchAsMayBeWithoutAnEnd() throws IOException {
        attack(index -> GET + ("a: " + "x".repeat(70) + "\r\n").repeat(100), 100);
    }

    @Test
    void trailersWithoutAnEnd() throws IOException {
        attack(index -> CHUNKED + ("a: " + "x".repeat(70) + "\r\n").repeat(99), 100);
    }

    @Test
    void requestsBehindOneThatWaits() throws IOException {
        attack(
                index -> "GET /v1/registration/payments?wait=5m&index=" + index + " HTTP/1.1\r\n\r\n"
                        + "GET / HTTP/1.1\r\n\r\n".repeat(3_000),
                100);
    }

    private interface Attack {
        String text(String index);
    }

    /** @param leastEnded of the clients that send it */
    private static void attack(Attack attack, int leastEnded) throws IOException {
        try (MemberProcess member = MemberProcess.start(Map.of(), "-Xmx128m")) {
            TestClient client = member.client();
            String index = client.get("/v1/registration/payments")
                    .headers()
                    .firstValue("X-Discovery-Index")
                    .orElseThrow();
            byte[] bytes = attack.text(index).getBytes(US_ASCII);
            try (OpenSockets sockets = new OpenSockets()) {
                for (int i = 0; i < CLIENTS; i++) {
                    Socket socket = sockets.add(RawHttp.connect(member.port()));
                    try {
                        socket.getOutputStream().write(bytes);
                    } catch (SocketException endedByTheMember) {
                        // As it may be.
                    }
                }

                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(client.metric(MEMORY)).isLessThanOrEqualTo(SHARE);
                    assertThat(client.metric(ENDED)).isGreaterThanOrEqualTo(leastEnded);
                });
            }
            await().atMost(PATIENCE).until(() -> client.metric(MEMORY) == 0);
            assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
        }
    }
}
