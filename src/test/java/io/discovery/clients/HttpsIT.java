package io.discovery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.ClientIdentity;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.OpenSockets;
import io.discovery.testing.Ports;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestAuthority.Issued;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTPS, as clients see it. */
@Tag("long")
class HttpsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final byte[] HALF_OF_A_CLIENT_HELLO = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, (byte) 0xfc};
    private static final int DAWDLING = 3_000;
    private static final int FLOOD = 400;
    private static final int RECORD = 5 + 16 * 1024;
    private static final String DIRECT_MEMORY = "jvm_buffer_memory_used_bytes{id=\"direct\"}";
    private static final int MOST_HANDSHAKES = 1_000;
    private static final String HANDSHAKES = "discovery_tls_handshakes";
    private static final String SECONDS_LEFT = "discovery_tls_seconds_left";

    @TempDir
    Path dir;

    private TestAuthority authority;

    @BeforeEach
    void authority() {
        authority = new TestAuthority(dir, "authority");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void clientsOfBothVersionsOfHttpAreServed(HttpClient.Version version) throws Exception {
        try (MemberProcess member = start(Map.of())) {
            HttpClient client = HttpClient.newBuilder()
                    .version(version)
                    .sslContext(authority.client(null))
                    .build();

            HttpResponse<String> answer = get(client, member, "/v1/services");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(version);
            member.client().register("payments", "127.0.0.1");
            assertThat(get(client, member, "/v1/registration/payments").body()).contains("127.0.0.1");
        }
    }

    @Test
    void aClientWithoutTlsIsToldWhatIsExpected() {
        try (MemberProcess member = start(Map.of())) {
            RawHttp.Answer answer = RawHttp.exchange(
                    member.port(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(answer.code()).isEqualTo(400);
            assertThat(answer.body()).contains("expected TLS on this port");
        }
    }

    @Test
    void clientsShowACertificate() throws Exception {
        Issued known = authority.issue("client", Form.member().named("client"));
        Issued revoked = authority.issue("revoked", Form.member().named("client"));
        TestAuthority foreign = new TestAuthority(dir, "foreign");
        Path believed =
                Files.writeString(dir.resolve("clients.pem"), authority.text() + authority.revocations(revoked));
        try (MemberProcess member = start(Map.of("TLS_CLIENT_CA", believed.toString()))) {
            assertThat(get(client(authority.client(known)), member, "/v1/services")
                            .statusCode())
                    .isEqualTo(200);

            Issued stranger = foreign.issue("stranger", Form.member());
            for (Issued refused : new Issued[] {null, stranger, revoked}) {
                assertThatThrownBy(() -> get(client(authority.client(refused)), member, "/v1/services"))
                        .isInstanceOf(IOException.class);
            }
            assertThat(member.log())
                    .contains("a client at /127.0.0.1:")
                    .contains("did not get through TLS")
                    .doesNotContain("\tat ");
            assertThat(member.client().metric("discovery_tls_handshakes_failed_total"))
                    .isEqualTo(3);
        }
    }

    @Test
    void newFilesAreUsedWithoutARestart() throws Exception {
        Issued issued =
                authority.issue("member", Form.server().ending(Instant.now().plus(Duration.ofDays(20))));
        try (MemberProcess member = start(issued, Map.of())) {
            HttpClient open = client(authority.client(null));
            get(open, member, "/v1/services");
            assertThat(member.log()).contains("member.pem expires at");

            authority.issue("member", Form.server());

            await().atMost(PATIENCE)
                    .until(() -> member.client().metric(SECONDS_LEFT)
                            > Duration.ofDays(30).toSeconds());
            assertThat(get(open, member, "/v1/services").statusCode()).isEqualTo(200);
            assertThat(get(client(authority.client(null)), member, "/v1/services")
                            .statusCode())
                    .isEqualTo(200);
            authority.issue("other", Form.server());
            Files.copy(dir.resolve("other.key"), issued.key(), StandardCopyOption.REPLACE_EXISTING);
            await().atMost(PATIENCE).until(() -> member.client().metric("discovery_tls_files_broken") == 1);
            assertThat(get(client(authority.client(null)), member, "/v1/services")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    /** Kubernetes mounts a Secret so: the files are links into a folder that is itself a link, which changes at once. */
    @Test
    void filesBehindLinksThatChangeAreUsed() throws Exception {
        Path mount = Files.createDirectory(dir.resolve("mount"));
        Path folder = mount.resolve("..data");
        Files.createSymbolicLink(folder, version(mount, "..1"));
        for (String file : List.of("tls.crt", "tls.key")) {
            Files.createSymbolicLink(mount.resolve(file), Path.of("..data", file));
        }
        try (MemberProcess member = start(
                authority.issue("unused", Form.server()),
                Map.of(
                        "TLS_CERT", mount.resolve("tls.crt").toString(),
                        "TLS_KEY", mount.resolve("tls.key").toString()))) {
            ClientIdentity client = ClientIdentity.believing(authority);
            BigInteger first = client.shownAt(member.port()).getSerialNumber();

            Path next = Files.createSymbolicLink(mount.resolve("..data_tmp"), version(mount, "..2"));
            Files.move(next, folder, StandardCopyOption.ATOMIC_MOVE);

            await().atMost(PATIENCE)
                    .until(() ->
                            !client.shownAt(member.port()).getSerialNumber().equals(first));
            assertThat(member.client().metric("discovery_tls_files_broken")).isZero();
            assertThat(member.log()).doesNotContain("cannot be used");
        }
    }

    /** Writes a certificate and its key into a folder of their own, and returns its name. */
    private Path version(Path mount, String name) throws IOException {
        Issued issued = authority.issue("issued", Form.server());
        Path version = Files.createDirectory(mount.resolve(name));
        Files.move(issued.certificate(), version.resolve("tls.crt"));
        Files.move(issued.key(), version.resolve("tls.key"));
        return version.getFileName();
    }

    @Test
    void aMemberWhoseFilesDoNotFitEndsWithTheReason() {
        Issued one = authority.issue("one", Form.server());
        Issued other = authority.issue("other", Form.server());

        try (MemberProcess member = MemberProcess.launch(Map.of(
                "TLS_CERT", one.certificate().toString(), "TLS_KEY", other.key().toString()))) {
            assertThat(member.awaitExit()).isEqualTo(1);
            assertThat(member.log()).contains("no client could connect with " + one.certificate());
        }
    }

    /** Strangers begin handshakes and fall silent: the member ends them, the oldest first, and serves others meanwhile. */
    @Test
    void handshakesThatDawdleEnd() throws Exception {
        try (MemberProcess member = start(Map.of());
                OpenSockets sockets = new OpenSockets()) {
            for (int n = 0; n < DAWDLING; n++) {
                Socket socket = sockets.add(RawHttp.connect(member.port()));
                socket.getOutputStream().write(HALF_OF_A_CLIENT_HELLO);
            }

            assertThat(get(client(authority.client(null)), member, "/v1/services")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(member.client().metric(HANDSHAKES)).isLessThanOrEqualTo(MOST_HANDSHAKES);
            await().atMost(PATIENCE).until(() -> member.client().metric(HANDSHAKES) == 0);
            for (Socket socket : sockets.all()) {
                assertThat(isEnded(socket)).isTrue();
            }
        }
    }

    /**
     * Strangers begin many handshakes and send at once as much as they can: what comes while a costly step waits for its
     * turn stays with them.
     */
    @Test
    void whatStrangersSendDuringHandshakesTakesNoMemory() throws Exception {
        byte[] hello = authority.clientHello();
        byte[] record = new byte[RECORD];
        System.arraycopy(new byte[] {0x17, 0x03, 0x03, 0x40, 0x00}, 0, record, 0, 5);
        try (MemberProcess member = start(Map.of());
                OpenSockets sockets = new OpenSockets()) {
            ByteBuffer records = ByteBuffer.allocate(16 * RECORD);
            while (records.hasRemaining()) {
                records.put(record);
            }
            double most = 0;
            for (int n = 0; n < FLOOD; n++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), member.port()));
                sockets.add(channel.socket());
                channel.configureBlocking(false);
                channel.write(ByteBuffer.wrap(hello));
                writeUnlessEnded(channel, records.duplicate().flip());
                if (n % 50 == 0) {
                    most = Math.max(most, member.client().metric(DIRECT_MEMORY));
                }
            }
            most = Math.max(most, member.client().metric(DIRECT_MEMORY));

            assertThat(most).isLessThan(100_000_000);
            assertThat(get(client(authority.client(null)), member, "/v1/services")
                            .statusCode())
                    .isEqualTo(200);
            await().atMost(PATIENCE).until(() -> member.client().metric(HANDSHAKES) == 0);
        }
    }

    /** Clients begin handshakes and go at once: their costly steps are let go with them. */
    @Test
    void whoGoesDuringTheHandshakeHoldsUpNobody() throws Exception {
        byte[] hello = authority.clientHello();
        try (MemberProcess member = start(Map.of())) {
            for (int n = 0; n < 10 * FLOOD; n++) {
                try (Socket socket = RawHttp.connect(member.port())) {
                    socket.setSoLinger(true, 0);
                    socket.getOutputStream().write(hello);
                }
            }

            assertThat(get(client(authority.client(null)), member, "/v1/services")
                            .statusCode())
                    .isEqualTo(200);
            await().atMost(PATIENCE).until(() -> member.client().metric(HANDSHAKES) == 0);
        }
    }

    private static void writeUnlessEnded(SocketChannel channel, ByteBuffer bytes) throws IOException {
        try {
            channel.write(bytes);
        } catch (SocketException ended) {
            assertThat(ended).hasMessageMatching("(?i).*(reset|broken pipe).*");
        }
    }

    /** The limits of HTTP hold behind TLS: a head that is late is answered, and the answer arrives. */
    @Test
    void aHeadThatDawdlesIsAnswered() throws Exception {
        try (MemberProcess member = start(Map.of());
                Socket plain = RawHttp.connect(member.port());
                SSLSocket socket = (SSLSocket) authority
                        .client(null)
                        .getSocketFactory()
                        .createSocket(plain, "127.0.0.1", member.port(), true)) {
            socket.startHandshake();
            socket.getOutputStream().write("GET /v1/serv".getBytes(StandardCharsets.US_ASCII));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("expected the whole head");
        }
    }

    @Test
    void olderVersionsOfTlsAreRefused() throws Exception {
        try (MemberProcess member = start(Map.of())) {
            for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                assertThat(handshake(member, version)).isEqualTo(version);
            }
            assertThatThrownBy(() -> handshake(member, "TLSv1.1")).isInstanceOf(SSLException.class);
        }
    }

    private String handshake(MemberProcess member, String version) throws IOException {
        try (Socket plain = RawHttp.connect(member.port());
                SSLSocket socket = (SSLSocket) authority
                        .client(null)
                        .getSocketFactory()
                        .createSocket(plain, "127.0.0.1", member.port(), true)) {
            socket.setEnabledProtocols(new String[] {version});
            socket.startHandshake();
            return socket.getSession().getProtocol();
        }
    }

    private static boolean isEnded(Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private MemberProcess start(Map<String, String> more) {
        return start(authority.issue("member", Form.server()), more);
    }

    private static MemberProcess start(Issued issued, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(issued.httpsSettings());
        settings.put("PLAIN_PORT", Integer.toString(Ports.free(1).get(0)));
        settings.putAll(more);
        return MemberProcess.start(settings);
    }

    private static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder().sslContext(tls).build();
    }

    private static HttpResponse<String> get(HttpClient client, MemberProcess member, String path)
            throws IOException, InterruptedException {
        URI uri = URI.create("https://127.0.0.1:" + member.port() + path);
        return client.send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofString());
    }
}
