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
import java.time.InstantSource;
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

        assertThat(files(issued, "spiffe://example/discovery").read(InstantSource.system()))
                .isNotNull();
    }

    @Test
    void theEndOfTheCertificateIsKnown() {
        Instant end = Instant.now().plus(20, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

        assertThat(read(authority.issue("one", Form.member().ending(end))).expiries(Instant.now()))
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
                files(authority.issue("web", Form.member().named("web")), "web").read(InstantSource.system());

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

    /** An older list that ends later says nothing any more: Java would believe it again after the end of the newer one. */
    @Test
    void theLatestRevocationListReplacesThoseBeforeIt() throws IOException {
        Issued first = authority.issue("first", Form.member());
        Issued second = authority.issue("second", Form.member());
        MutualTls holds = read(first);
        MutualTls revoked = read(second);
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant soon = now.plus(1, ChronoUnit.DAYS);
        String older =
                authority.revocationsBetween(now.minus(1, ChronoUnit.DAYS), now.plus(30, ChronoUnit.DAYS), first);
        String newer = authority.revocationsBetween(now.minus(1, ChronoUnit.HOURS), soon, second);
        Issued issued = authority.issue("one", Form.member());
        Files.writeString(authority.file(), authority.text() + newer + older);

        MutualTls one = read(issued);

        assertThat(one.expiries(Instant.now()))
                .extracting(Expiry::end)
                .contains(soon)
                .hasSize(2);
        assertThatCode(() -> SelfHandshake.run(holds.dial(), one.accept())).doesNotThrowAnyException();
        assertThatThrownBy(() -> SelfHandshake.run(revoked.dial(), one.accept()))
                .rootCause()
                .hasMessageContaining("revoked");

        String ended =
                authority.revocationsBetween(now.minus(1, ChronoUnit.HOURS), now.minus(1, ChronoUnit.MINUTES), second);
        Files.writeString(authority.file(), authority.text() + older + ended);
        assertThatThrownBy(() -> read(issued)).isInstanceOf(TlsException.class).hasMessageContaining("ended at");
    }

    /** Authorities also make lists that do not name their key, or their number. */
    @Test
    void theListOfEachKeyCountsWithoutAnyExtension() throws IOException {
        TestAuthority next = new TestAuthority(Files.createDirectory(dir.resolve("next")), "authority");
        Issued issued = authority.issue("one", Form.member());
        Instant now = Instant.now();
        String older = authority.bareRevocations(now.minus(1, ChronoUnit.HOURS));
        Files.writeString(authority.file(), authority.text() + next.text() + older + next.bareRevocations(now));

        MutualTls one = read(issued);

        assertThatCode(() -> SelfHandshake.run(one.dial(), one.accept())).doesNotThrowAnyException();
        assertThat(one.expiries(Instant.now())).hasSize(3);
    }

    /** Lists are made in advance, too; one that has yet to begin replaces none. */
    @Test
    void aRevocationListOfTheFutureReplacesNone() throws IOException {
        Instant now = Instant.now();
        Issued issued = authority.issue("one", Form.member());
        Files.writeString(
                authority.file(),
                authority.text()
                        + authority.revocationsBetween(now.plus(1, ChronoUnit.DAYS), now.plus(9, ChronoUnit.DAYS))
                        + authority.revocationsBetween(now.minus(1, ChronoUnit.DAYS), now.plus(2, ChronoUnit.DAYS)));

        MutualTls one = read(issued);

        assertThatCode(() -> SelfHandshake.run(one.dial(), one.accept())).doesNotThrowAnyException();
    }

    /** An authority that changes its key keeps its name, and has a list for each. */
    @Test
    void theListOfEachKeyOfAnAuthorityCounts() throws IOException {
        TestAuthority next = new TestAuthority(Files.createDirectory(dir.resolve("next")), "authority");
        Issued issued = authority.issue("one", Form.member());
        String both = authority.text() + next.text();

        Files.writeString(authority.file(), both + authority.endedRevocations() + next.revocations());
        assertThatThrownBy(() -> read(issued)).isInstanceOf(TlsException.class).hasMessageContaining("ended at");

        Files.writeString(authority.file(), both + authority.revocations() + next.revocations());
        assertThat(read(issued).expiries(Instant.now())).hasSize(3);
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

        assertThatThrownBy(() -> swapped.read(InstantSource.system()))
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
        assertThatThrownBy(() -> files.read(InstantSource.system()))
                .isInstanceOf(TlsException.class)
                .hasMessageStartingWith(message);
    }

    private static MutualTls read(Issued issued) {
        return files(issued, NAME).read(InstantSource.system());
    }

    private static MemberCertificate files(Issued issued, String name) {
        return new MemberCertificate(issued.certificate(), issued.key(), issued.authority(), name);
    }
}
