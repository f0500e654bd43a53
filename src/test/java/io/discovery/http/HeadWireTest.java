package io.discovery.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.OpenSockets;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Heads of many small headers, and heads that no request has taken yet, over real sockets. */
class HeadWireTest {

    private static final String MEMORY = "discovery_connections_heads_bytes";
    private static final String GET = "GET /healthcheck HTTP/1.1\r\n";
    private static final String SMALL = "a:\r\n";
    private static final String CHUNKED =
            "POST /v1/registration/payments HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";

    @AutoClose
    private final TestMember member = TestMember.start(Map.of());

    private final TestClient client = member.client();

    @AutoClose
    private final OpenSockets sockets = new OpenSockets();

    @Test
    void aHundredHeadersAreTaken() {
        assertThat(exchange(GET + SMALL.repeat(100) + "\r\n").code()).isEqualTo(200);
    }

    @Test
    void oneMoreIsRefusedAndEndsTheConnection() {
        RawHttp.Answer answer = exchange(GET + SMALL.repeat(101) + "\r\n" + GET + "\r\n");

        assertThat(answer.code()).isEqualTo(431);
        assertThat(answer.all("Connection")).containsExactly("close");
        assertThat(answer.body()).isEqualTo("{\"error\": \"headers: expected at most 100, of 8192 bytes in all\"}\n");
    }

    @Test
    void oneMoreIsRefusedBeforeTheHeadIsWhole() throws IOException {
        assertThat(answer(send(GET + SMALL.repeat(101))).code()).isEqualTo(431);
    }

    @Test
    void trailersCountWithTheHeadersOfTheirRequest() throws IOException {
        assertThat(exchange(CHUNKED + SMALL.repeat(99) + "\r\n").body()).contains("ip");

        // As any body whose chunks are malformed: the connection ends.
        assertThat(answer(send(CHUNKED + SMALL.repeat(100))).code()).isEqualTo(400);
    }

    @Test
    void eachRequestOfAConnectionMayHaveAHundred() throws IOException {
        Socket socket = send((GET + SMALL.repeat(100) + "\r\n").repeat(3));
        BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
        for (int i = 0; i < 3; i++) {
            assertThat(RawHttp.read(in, false).code()).isEqualTo(200);
        }
    }

    @Test
    void afterALongHeadComesAnother() throws IOException {
        Socket socket = send("");
        BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
        for (int i = 0; i < 3; i++) {
            socket.getOutputStream().write((GET + "a: " + "x".repeat(7_000) + "\r\n\r\n" + GET).getBytes(US_ASCII));
            assertThat(RawHttp.read(in, false).code()).isEqualTo(200);
            socket.getOutputStream().write("\r\n".getBytes(US_ASCII));
            assertThat(RawHttp.read(in, false).code()).isEqualTo(200);
        }
    }

    @Test
    void whatIsNotWholeIsCountedUntilItIs() throws IOException {
        Socket head = send(GET + SMALL.repeat(50));
        await().until(() -> client.metric(MEMORY) > 50 * 150);
        head.getOutputStream().write("\r\n".getBytes(US_ASCII));
        assertThat(answer(head).code()).isEqualTo(200);
        assertThat(client.metric(MEMORY)).isZero();

        Socket trailers = send(CHUNKED + SMALL.repeat(50));
        await().until(() -> client.metric(MEMORY) > 50 * 150);
        trailers.close();
        await().until(() -> client.metric(MEMORY) == 0);
    }

    /** RFC 9112, 2.2: old clients send one behind a body. */
    @Test
    void anEmptyLineIsNoHead() throws IOException {
        Socket socket = send(GET + "\r\n" + "\r\n");

        assertThat(answer(socket).code()).isEqualTo(200);
        assertThat(client.metric(MEMORY)).isZero();
    }

    /** RFC 9112, 6.3: a proxy in front may read another length, and pass the rest as a request of its own. */
    @Test
    void aRequestWithTwoLengthsIsRefused() throws IOException {
        Socket socket = send("POST /v1/registration/payments HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + GET + "\r\n");
        BufferedInputStream in = new BufferedInputStream(socket.getInputStream());

        assertThat(RawHttp.read(in, false).code()).isEqualTo(400);
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void requestsBehindOneThatWaitsAreCountedUntilTheyBegin() throws IOException {
        Socket socket = send("GET /v1/registration/payments?wait=1m&index=" + index() + " HTTP/1.1\r\n\r\n"
                + (GET + SMALL.repeat(5) + "\r\n").repeat(20));
        // One of them is read, and of the others the buffer is kept.
        await().until(() -> client.metric(MEMORY) > 400 + 5 * 150 + 20 * 40);
        assertThat(client.metric(MEMORY)).isLessThan(5_000);

        client.register("payments", "127.0.0.1");

        BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
        for (int i = 0; i < 21; i++) {
            assertThat(RawHttp.read(in, false).code()).isEqualTo(200);
        }
        assertThat(client.metric(MEMORY)).isZero();
    }

    private String index() {
        return client.get("/v1/registration/payments")
                .headers()
                .firstValue("X-Discovery-Index")
                .orElseThrow();
    }

    private RawHttp.Answer exchange(String request) {
        return RawHttp.exchange(member.port(), request.getBytes(US_ASCII));
    }

    private static RawHttp.Answer answer(Socket socket) throws IOException {
        return RawHttp.read(new BufferedInputStream(socket.getInputStream()), false);
    }

    private Socket send(String text) throws IOException {
        Socket socket = sockets.add(RawHttp.connect(member.port()));
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        return socket;
    }
}
