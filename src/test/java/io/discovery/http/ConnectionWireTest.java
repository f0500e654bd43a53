package io.discovery.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.RawHttp;
import io.discovery.testing.TestMember;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** RFC 9112: what happens to a connection between and after its requests. */
class ConnectionWireTest {

    private static final int LIMIT = 64 * 1024;

    @AutoClose
    private final TestMember member = TestMember.start(Map.of());

    @Test
    void requestsSentAtOnceAreAnsweredInTheirOrder() throws IOException {
        String form = "ip=127.0.0.1&port=80&revision=r1&tags={\"az\": 1, \"region\": 2, \"instance_id\": 3}";
        try (Socket socket = RawHttp.connect(member.port())) {
            send(socket, head("GET /v1/registration/one", "") + post("/v1/registration/two", form.length()) + form);
            send(socket, head("HEAD /healthcheck", "") + head("GET /v1/registration/two", ""));
            InputStream in = new BufferedInputStream(socket.getInputStream());

            assertThat(RawHttp.read(in, false).body()).startsWith("{\"service\": \"one\"");
            assertThat(RawHttp.read(in, false).body()).isEqualTo("{}\n");
            assertThat(RawHttp.read(in, true).code()).isEqualTo(200);
            assertThat(RawHttp.read(in, false).body()).contains("\"ip_address\": \"127.0.0.1\"");
        }
    }

    /** RFC 9112, 9.3.2: a client may send before it has read; a fault of a later request does not concern an earlier one. */
    @Test
    void aMalformedBodyDoesNotTakeTheAnswersBeforeIt() throws IOException {
        try (Socket socket = RawHttp.connect(member.port())) {
            send(
                    socket,
                    head("GET /v1/registration/one", "") + head("GET /v1/registration/two", "")
                            + head("POST /v1/registration/svc", "Transfer-Encoding: chunked\r\n") + "no chunk\r\n");
            InputStream in = new BufferedInputStream(socket.getInputStream());

            assertThat(RawHttp.read(in, false).body()).startsWith("{\"service\": \"one\"");
            assertThat(RawHttp.read(in, false).body()).startsWith("{\"service\": \"two\"");
            RawHttp.Answer malformed = RawHttp.read(in, false);
            assertThat(malformed.code()).isEqualTo(400);
            assertThat(malformed.body()).contains("body");
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void afterABodyThatIsTooLargeTheConnectionEnds() throws IOException {
        try (Socket socket = RawHttp.connect(member.port())) {
            send(socket, post("/v1/registration/svc", LIMIT + 1) + "a".repeat(LIMIT + 1));

            assertEndsWith413(socket);
        }
    }

    @Test
    void aBodyThatIsTooLargeAndNeverCompleteEndsTheConnectionToo() throws IOException {
        try (Socket socket = RawHttp.connect(member.port())) {
            send(socket, post("/v1/registration/svc", 10 * LIMIT) + "a".repeat(LIMIT));

            assertEndsWith413(socket);
        }
    }

    private static void assertEndsWith413(Socket socket) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        assertThat(RawHttp.read(in, false).code()).isEqualTo(413);
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void aClientThatBreaksOffIsNoFaultOfTheMember() throws IOException {
        try (Socket brokenOff = RawHttp.connect(member.port());
                Socket malformed = RawHttp.connect(member.port())) {
            send(brokenOff, post("/v1/registration/svc", 100) + "ip=");
            send(malformed, head("POST /v1/registration/svc", "Transfer-Encoding: chunked\r\n") + "no chunk\r\n");
            assertThat(RawHttp.read(malformed.getInputStream(), false).code()).isEqualTo(400);
            assertThat(malformed.getInputStream().read()).isEqualTo(-1);
        }

        await().atMost(Duration.ofSeconds(10))
                .until(() -> metrics().contains("requests_seconds_count{route=\"service\",status=\"400\"} 2\n"));
        assertThat(member.client().metersOfFaults()).isEmpty();
    }

    private String metrics() {
        return member.client().get("/metrics").body();
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String post(String path, int length) {
        return head(
                "POST " + path,
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + length + "\r\n");
    }

    private static String head(String methodAndPath, String headers) {
        return methodAndPath + " HTTP/1.1\r\nHost: discovery\r\n" + headers + "\r\n";
    }
}
