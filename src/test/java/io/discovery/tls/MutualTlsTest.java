package io.discovery.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestAuthority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutualTlsTest {

    private static final String NAME = "discovery";

    @TempDir
    Path dir;

    private TestAuthority authority;

    @BeforeEach
    void authority() {
        authority = new TestAuthority(dir, "authority");
    }

    @Test
    void twoMembersOfOneAuthorityAcceptEachOther() {
        MutualTls one = read(authority.issue("one", Form.member()));
        MutualTls other = read(authority.issue("other", Form.member()));

        assertThatCode(() -> SelfHandshake.run(one.dial(), other.accept())).doesNotThrowAnyException();
    }

    @Test
    void aUriNamesMembersToo() {
        Issued issued = authority.issue("one", Form.member().named("spiffe://example/discovery"));

        assertThat(files(issued, "spiffe://example/discovery").read()).isNotNull();
    }

    @Test
    void theEndOfTheCertificateIsKnown() {
        Instant end = Instant.now().plus(20, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

        assertThat(read(authority.issue("one", Form.member().ending(end))).expiries())
                .extracting(Expiry::end)
                .containsExactly(end);
    }

    @Test
    void peersRefuseACertificateOfAnotherAuthority() {
        MutualTls one = read(authority.issue("one", Form.member()));
        MutualTls foreign = read(new TestAuthority(dir, "foreign").issue("other", Form.member()));

        assertThatThrownBy(() -> SelfHandshake.run(foreign.dial(), one.accept()))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> SelfHandshake.run(one.dial(), foreign.accept()))
                .isInstanceOf(SSLException.class);
    }

    /** An authority may have issued certificates for other programs as well. */
    @Test
    void peersRefuseACertificateOfTheirAuthorityWithoutTheName() {
        MutualTls one = read(authority.issue("one", Form.member()));
        MutualTls web =
                files(authority.issue("web", Form.member().named("web")), "web").read();

        assertThatThrownBy(() -> SelfHandshake.run(web.dial(), one.accept())).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> SelfHandshake.run(one.dial(), web.accept()))
                .rootCause()
                .hasMessageContaining("expected discovery among them");
    }

    @Test
    void peersRefuseARevokedCertificate() throws IOException {
        Issued revoked = authority.issue("revoked", Form.member());
        MutualTls early = read(revoked);
        Issued issued = authority.issue("one", Form.member());
        Files.writeString(authority.file(), authority.text() + authority.revocations(revoked));
        MutualTls one = read(issued);

        assertThatThrownBy(() -> SelfHandshake.run(early.dial(), one.accept()))
                .rootCause()
                .hasMessageContaining("revoked");
        assertThatCode(() -> SelfHandshake.run(read(issued).dial(), one.accept()))
                .doesNotThrowAnyException();
    }

    @Test
    void peersRefuseACertificateOfARevokedAuthorityBetween() throws IOException {
        TestAuthority between = authority.between("between");
        Issued issued = between.issue("one", Form.member());
        Files.writeString(authority.file(), authority.text() + authority.revocations() + between.revocations());
        assertThat(read(issued)).isNotNull();

        Files.writeString(
                authority.file(), authority.text() + authority.revocationsOf(between) + between.revocations());

        assertThatThrownBy(() -> read(issued)).isInstanceOf(TlsException.class).hasMessageContaining("revoked");
    }

    /** It would let every certificate be refused. */
    @Test
    void aRevocationListThatHasEndedIsRefusedBeforeItIsUsed() throws IOException {
        Issued issued = authority.issue("one", Form.member());
        Files.writeString(authority.file(), authority.text() + authority.endedRevocations());

        assertThatThrownBy(() -> read(issued))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("holds a revocation list of CN=authority that ended at");
    }

    @Test
    void aCertificateWithoutTheNameIsRefusedBeforeItIsUsed() {
        Issued issued = authority.issue("one", Form.member().named("web", "10.0.0.1"));

        assertThatThrownBy(() -> read(issued))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining(issued.certificate().toString())
                .hasMessageContaining("carries the names [web], expected discovery among them");
    }

    @Test
    void aCertificateForServersAloneIsRefusedBeforeItIsUsed() {
        assertThatThrownBy(() -> read(authority.issue("one", Form.member().forServersAlone())))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("client");
    }

    @Test
    void anExpiredCertificateIsRefusedBeforeItIsUsed() {
        Instant past = Instant.now().minus(1, ChronoUnit.DAYS);

        assertThatThrownBy(() -> read(authority.issue("one", Form.member().ending(past))))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("NotAfter");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefusedBeforeItIsUsed() {
        Issued one = authority.issue("one", Form.member());
        Issued other = authority.issue("other", Form.member());
        MemberCertificate swapped = new MemberCertificate(one.certificate(), other.key(), one.authority(), NAME);

        assertThatThrownBy(() -> swapped.read())
                .isInstanceOf(TlsException.class)
                .hasMessageContaining(other.key().toString());
    }

    @Test
    void filesOfAnotherKindAreNamed() throws IOException {
        Issued issued = authority.issue("one", Form.member());
        Path nothing = Files.writeString(dir.resolve("nothing"), "nothing");
        Path broken = Files.writeString(
                dir.resolve("broken"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");

        assertFault(
                new MemberCertificate(nothing, issued.key(), issued.authority(), NAME),
                nothing + " holds no certificate");
        assertFault(
                new MemberCertificate(broken, issued.key(), issued.authority(), NAME),
                broken + " holds a broken block");
        assertFault(
                new MemberCertificate(issued.certificate(), nothing, issued.authority(), NAME),
                nothing + " holds no private key");
        assertFault(
                new MemberCertificate(issued.certificate(), issued.key(), nothing, NAME),
                nothing + " holds no certificate");
        assertFault(new MemberCertificate(dir, issued.key(), issued.authority(), NAME), dir + " cannot be read");
    }

    private static void assertFault(MemberCertificate files, String message) {
        assertThatThrownBy(() -> files.read()).isInstanceOf(TlsException.class).hasMessageStartingWith(message);
    }

    private static MutualTls read(Issued issued) {
        return files(issued, NAME).read();
    }

    private static MemberCertificate files(Issued issued, String name) {
        return new MemberCertificate(issued.certificate(), issued.key(), issued.authority(), name);
    }
}
