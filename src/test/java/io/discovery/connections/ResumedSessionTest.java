package io.discovery.connections;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.CapturedLog;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestAuthority.Issued;
import io.discovery.testing.TestMember;
import io.discovery.tls.TlsReload;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of TLS that clients resume, at which Java does not look at their certificates. */
class ResumedSessionTest {

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aCertificateThatHasEndedIsNotResumed(String protocol) throws IOException {
        TestAuthority authority = new TestAuthority(dir, "authority");
        Map<String, String> settings =
                new HashMap<>(authority.issue("member", Form.server()).httpsSettings());
        settings.put("TLS_CLIENT_CA", authority.file().toString());
        try (TestMember member = TestMember.start(settings)) {
            Instant end = Instant.now().plusSeconds(8);
            SSLContext client =
                    authority.client(authority.issue("client", Form.member().ending(end)));
            Exchange first = exchange(client, protocol, member.port());
            assertThat(first.code()).isEqualTo(200);
            assertThat(exchange(client, protocol, member.port())).as("resumed").isEqualTo(first);

            await().atMost(Duration.ofSeconds(20)).until(() -> Instant.now().isAfter(end));

            assertThat(exchange(client, protocol, member.port())).isEqualTo(new Exchange(0, first.session()));
        }
    }

    @Test
    void aCertificateThatAListRevokesFromThenOnIsNotResumed() throws IOException {
        TestAuthority authority = new TestAuthority(dir, "authority");
        Issued revoked = authority.issue("client", Form.member());
        Map<String, String> settings =
                new HashMap<>(authority.issue("member", Form.server()).httpsSettings());
        settings.put("TLS_CLIENT_CA", authority.file().toString());
        try (TestMember member = TestMember.start(settings);
                CapturedLog log = CapturedLog.of(TlsReload.class)) {
            Instant now = Instant.now();
            // A list counts 15 minutes before it begins.
            Instant counts = now.plusSeconds(10);
            Files.writeString(
                    authority.file(),
                    authority.text()
                            + authority.revocationsBetween(now.minusSeconds(60), now.plus(Duration.ofDays(2)))
                            + authority.revocationsBetween(
                                    counts.plus(Duration.ofMinutes(15)), now.plus(Duration.ofDays(9)), revoked));
            await().until(() -> log.messages().stream().anyMatch(line -> line.contains("again")));
            SSLContext client = authority.client(revoked);
            Exchange first = exchange(client, "TLSv1.3", member.port());
            assertThat(first.code()).isEqualTo(200);

            await().atMost(Duration.ofSeconds(20)).until(() -> Instant.now().isAfter(counts.plusSeconds(1)));

            assertThat(exchange(client, "TLSv1.3", member.port())).isEqualTo(new Exchange(0, first.session()));
        }
    }

    /**
     * A request and its answer.
     *
     * @param code 0 if the connection ended
     * @param session the time at which it was made: a session that is resumed keeps it
     */
    private record Exchange(int code, long session) {}

    private static Exchange exchange(SSLContext client, String protocol, int port) throws IOException {
        try (Socket plain = RawHttp.connect(port);
                SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(plain, "127.0.0.1", port, true)) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            long session = socket.getSession().getCreationTime();
            return new Exchange(code(socket), session);
        }
    }

    private static int code(Socket socket) {
        try {
            socket.getOutputStream().write("GET /v1/services HTTP/1.1\r\nHost: d\r\n\r\n".getBytes(US_ASCII));
            return RawHttp.read(new BufferedInputStream(socket.getInputStream()), false)
                    .code();
        } catch (IOException ended) {
            return 0;
        }
    }
}
