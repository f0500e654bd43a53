package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.RawHttp;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestMember;
import java.io.BufferedInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Headers that browsers alone get over HTTPS (RFC 6797), and their pages without TLS. */
class BrowserHeadersTest {

    private static final String BROWSER = "Sec-Fetch-Dest: document\r\n";
    private static final String FORM = "Content-Length: 0\r\nOrigin: ";

    @TempDir
    private Path dir;

    @Test
    void aBrowserComesBackByHttpsToANameWithoutAPort() throws Exception {
        TestAuthority authority = new TestAuthority(dir, "authority");
        try (TestMember member =
                TestMember.start(authority.issue("member", Form.server()).httpsSettings())) {
            assertThat(told(authority, member, "discovery", BROWSER)).containsExactly("max-age=2592000");
            assertThat(told(authority, member, "discovery:443", BROWSER)).containsExactly("max-age=2592000");
            assertThat(told(authority, member, "localhost:8443", BROWSER)).isEmpty();
            assertThat(told(authority, member, "discovery", "")).isEmpty();

            assertThat(send(authority, member, "DELETE /v1/registration/a/127.0.0.1", FORM + "https://discovery\r\n")
                            .code())
                    .isEqualTo(400);
            assertThat(send(authority, member, "DELETE /v1/registration/a/127.0.0.1", FORM + "http://discovery\r\n")
                            .code())
                    .as("a page that came without TLS")
                    .isEqualTo(403);
        }
    }

    private static List<String> told(TestAuthority authority, TestMember member, String host, String headers)
            throws Exception {
        return exchange(authority, member, "GET /v1/services HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n")
                .all("Strict-Transport-Security");
    }

    private static RawHttp.Answer send(TestAuthority authority, TestMember member, String request, String headers)
            throws Exception {
        return exchange(authority, member, request + " HTTP/1.1\r\nHost: discovery\r\n" + headers + "\r\n");
    }

    private static RawHttp.Answer exchange(TestAuthority authority, TestMember member, String request)
            throws Exception {
        try (Socket plain = RawHttp.connect(member.port());
                SSLSocket socket = (SSLSocket) authority
                        .client(null)
                        .getSocketFactory()
                        .createSocket(plain, "127.0.0.1", member.port(), true)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return RawHttp.read(new BufferedInputStream(socket.getInputStream()), false);
        }
    }
}
