package io.discovery.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestAuthority.Issued;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that clients may resume, at whose resumption Java does not look at certificates. */
class ResumedSessionTest {

    @TempDir
    Path dir;

    private TestAuthority authority;
    private Issued own;

    @BeforeEach
    void authority() {
        authority = new TestAuthority(dir, "authority");
        own = authority.issue("client", Form.member().named("client"));
    }

    @Test
    void aClientWithoutACertificateResumes() throws SSLException {
        assertThat(resumes(ClientAuth.NONE, null)).isTrue();
        assertThat(resumes(ClientAuth.OPTIONAL, null)).isTrue();
    }

    /** The certificate may end before the session does, and each resumption gives a new session. */
    @Test
    void aClientThatShowsACertificateShowsItAgain() throws SSLException {
        assertThat(resumes(ClientAuth.REQUIRE, own)).isFalse();
        assertThat(resumes(ClientAuth.OPTIONAL, own)).isFalse();
    }

    @Test
    void aClientByTls12MayResumeForMinutes() throws SSLException {
        SSLSession session = connect(authority.client(own), "TLSv1.2", member(ClientAuth.REQUIRE));

        assertThat(session.getSessionContext().getSessionTimeout()).isEqualTo(300);
    }

    /** Returns whether the second connection of a client by TLS 1.3 resumes the first, whose age it then has. */
    private boolean resumes(ClientAuth clients, @Nullable Issued shown) throws SSLException {
        SSLContext client = authority.client(shown);
        ServerTls member = member(clients);
        SSLSession first = connect(client, "TLSv1.3", member);
        SSLSession second = connect(client, "TLSv1.3", member);
        return first.getCreationTime() == second.getCreationTime();
    }

    private static SSLSession connect(SSLContext client, String protocol, ServerTls member) throws SSLException {
        SSLEngine dialling = client.createSSLEngine("127.0.0.1", 8443);
        dialling.setUseClientMode(true);
        dialling.setEnabledProtocols(new String[] {protocol});
        SSLEngine accepting = member.engine(UnpooledByteBufAllocator.DEFAULT);
        SelfHandshake.run(dialling, accepting);
        return accepting.getSession();
    }

    private ServerTls member(ClientAuth clients) {
        Issued server = authority.issue("server", Form.server());
        return new ServerCertificate(
                        server.certificate(),
                        server.key(),
                        clients == ClientAuth.NONE ? Optional.empty() : Optional.of(authority.file()),
                        clients)
                .read();
    }
}
