package io.discovery.clients;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.ClientIdentity;
import io.discovery.testing.Door;
import io.discovery.testing.LargeServices;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.OpenSockets;
import io.discovery.testing.Ports;
import io.discovery.testing.RawHttp;
import io.discovery.testing.RawHttp2;
import io.discovery.testing.Readers;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways of clients with TLS that are allowed and rare, or allowed and hostile. */
@Tag("long")
@Timeout(180)
class HttpsProtocolsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FLOOD = Duration.ofSeconds(5);
    private static final int FEW_KEYS = 20;
    private static final int SLOW_READERS = 20;
    private static final double HEAP = 256 << 20;
    private static final String UNREAD = "discovery_connections_unread_bytes";
    private static final String ENDED = "discovery_connections_ended_total{reason=\"handshake\"}";
    private static final String SLOW = "discovery_connections_ended_total{reason=\"slow\"}";
    private static final String LIST = "GET /v1/registration/payments HTTP/1.1\r\nHost: discovery\r\n\r\n";
    /** Each list has 3 MB, of which the system itself takes one or two for a client that does not read. */
    private static final String LARGE_LISTS =
            "GET /v1/registration/service-0 HTTP/1.1\r\nHost: discovery\r\n\r\n".repeat(10);

    @TempDir
    private static Path dir;

    private static ClientIdentity identity;
    private static MemberProcess member;

    @BeforeAll
    static void start() {
        TestAuthority authority = new TestAuthority(dir, "authority");
        identity = ClientIdentity.believing(authority);
        Map<String, String> settings =
                new HashMap<>(authority.issue("member", Form.server()).httpsSettings());
        settings.put("PLAIN_PORT", Integer.toString(Ports.free(1).get(0)));
        member = MemberProcess.start(settings, "-Xmx256m");
        member.client().register("payments", "127.0.0.1");
    }

    @AfterAll
    static void stop() {
        member.close();
    }

    /** A client without ALPN speaks HTTP/1.1, as one does that offers only what a member does not know. */
    @ParameterizedTest
    @CsvSource({"http/1.1, http/1.1", "'', ''", "spdy/3, ''"})
    void clientsOfHttp1AreServedWhateverTheyOffer(String offered, String chosen) throws IOException {
        try (SSLSocket socket = offering(offered)) {
            assertThat(socket.getApplicationProtocol()).isEqualTo(chosen);
            socket.getOutputStream().write(LIST.getBytes(US_ASCII));

            assertThat(RawHttp.read(new BufferedInputStream(socket.getInputStream()), false)
                            .body())
                    .contains("127.0.0.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", ""})
    void clientsOfHttp2AreServedWithAndWithoutAlpn(String offered) throws IOException {
        SSLSocket socket = offering(offered);
        try (RawHttp2 http = RawHttp2.over(socket, 100_000)) {
            assertThat(socket.getApplicationProtocol()).isEqualTo(offered);

            http.get("/v1/registration/payments");

            await().atMost(PATIENCE).until(() -> http.succeeded() == 1);
        }
    }

    private static SSLSocket offering(String protocol) throws IOException {
        return identity.connect(member.port(), socket -> {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(protocol.isEmpty() ? new String[0] : new String[] {protocol});
            socket.setSSLParameters(parameters);
        });
    }

    /** RFC 8446, 6.1: a client may say that it sends no more, and wait. With TLS 1.2 that ends both sides. */
    @Test
    void aClientThatClosesItsSideIsAnswered() throws IOException {
        try (SSLSocket socket = speaking("TLSv1.3")) {
            socket.getOutputStream().write(LIST.getBytes(US_ASCII));
            socket.shutdownOutput();

            assertThat(RawHttp.read(new BufferedInputStream(socket.getInputStream()), false)
                            .body())
                    .contains("127.0.0.1");
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    private static SSLSocket speaking(String version) throws IOException {
        return identity.connect(member.port(), socket -> socket.setEnabledProtocols(new String[] {version}));
    }

    @Test
    void listsThatClientsDoNotReadTakeABoundedMemory() throws IOException {
        TestClient client = member.client();
        assertThat(LargeServices.register(client, 0)).isEqualTo(200);
        double slowBefore = client.metric(SLOW);
        double most = 0;
        try (OpenSockets sockets = new OpenSockets()) {
            for (int n = 0; n < SLOW_READERS; n++) {
                Socket socket = sockets.add(Door.encrypted(member.port()).connect(8 * 1024));
                socket.getOutputStream().write(LARGE_LISTS.getBytes(US_ASCII));
                most = Math.max(most, client.metric(UNREAD));
            }

            assertThat(most).isPositive().isLessThan(HEAP / 4);
            await().atMost(PATIENCE).until(() -> client.metric(SLOW) >= slowBefore + SLOW_READERS);
            await().atMost(PATIENCE).until(() -> client.metric(UNREAD) == 0);
            assertThat(client.hosts("payments")).contains("127.0.0.1");
        }
    }

    /** RFC 8446, 4.6.3: a client may ask for new keys now and then, as it goes on with its requests. */
    @Test
    void newKeysAreMade() throws IOException {
        try (SSLSocket socket = speaking("TLSv1.3")) {
            BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
            for (int n = 0; n < FEW_KEYS; n++) {
                socket.startHandshake();
                socket.getOutputStream().write(LIST.getBytes(US_ASCII));

                assertThat(RawHttp.read(in, false).code()).isEqualTo(200);
            }
        }
    }

    /** A client that does nothing but ask for new keys takes no time from others, and is soon ended. */
    @Test
    void askingForNewKeysAgainAndAgainHoldsUpNobody() throws IOException {
        TestClient client = member.client();
        double endedBefore = client.metric(ENDED);
        AtomicInteger asked = new AtomicInteger();
        try (SSLSocket socket = speaking("TLSv1.3")) {
            Thread flood = new Thread(() -> askForKeys(socket, asked), "new-keys");

            Readers.Result others = Readers.during(Door.encrypted(member.port()), "payments", FLOOD, flood::start);

            System.out.printf("new keys: asked %d times; others: %s%n", asked.get(), others);
            assertThat(others.failures()).isEmpty();
            assertThat(client.metric(UNREAD)).isLessThan(HEAP / 16);
            await().atMost(PATIENCE).until(() -> !flood.isAlive());
            assertThat(client.metric(ENDED)).isGreaterThan(endedBefore);
        }
    }

    /** Does so until the member ends the connection. A handshake after the first one is a request for new keys. */
    private static void askForKeys(SSLSocket socket, AtomicInteger asked) {
        try {
            while (true) {
                socket.startHandshake();
                asked.incrementAndGet();
            }
        } catch (IOException ended) {
            assertThat(ended).hasMessageMatching("(?i).*(reset|broken pipe|closed).*");
        }
    }
}
