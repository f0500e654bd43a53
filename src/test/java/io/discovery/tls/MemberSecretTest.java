package io.discovery.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberSecretTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String OTHER = "fedcba9876543210fedcba9876543210";

    @TempDir
    Path dir;

    @Test
    void membersThatKnowTheSecretAcceptEachOther() throws IOException {
        MutualTls one = secret("one", SECRET).read(InstantSource.system());
        MutualTls other = secret("other", "\n  " + SECRET + "\r\n\n").read(InstantSource.system());

        assertThatCode(() -> SelfHandshake.run(one.dial(), other.accept())).doesNotThrowAnyException();
        assertThat(one.expiries(Instant.now())).isEmpty();
    }

    /** Some editors put it before the text. */
    @Test
    void aByteOrderMarkIsNoPartOfTheSecret() throws IOException {
        MutualTls one = secret("one", SECRET).read(InstantSource.system());
        MutualTls marked = secret("marked", "\ufeff" + SECRET).read(InstantSource.system());

        assertThatCode(() -> SelfHandshake.run(one.dial(), marked.accept())).doesNotThrowAnyException();
    }

    @Test
    void aPeerWithAnotherSecretIsRefusedByBothSides() throws IOException {
        MutualTls one = secret("one", SECRET).read(InstantSource.system());
        MutualTls other = secret("other", OTHER).read(InstantSource.system());

        assertRefused(one.dial(), other.accept());
        assertRefused(other.dial(), one.accept());
    }

    /** First all members accept the new secret, then they show it, then none accepts the old one. */
    @Test
    void membersChangeToAnotherSecretOneAfterTheOther() throws IOException {
        MutualTls old = secret("old", SECRET).read(InstantSource.system());
        MutualTls both = secret("both", SECRET + "\n" + OTHER).read(InstantSource.system());
        MutualTls turned = secret("turned", OTHER + "\n" + SECRET).read(InstantSource.system());
        MutualTls done = secret("done", OTHER).read(InstantSource.system());

        SelfHandshake.run(old.dial(), both.accept());
        SelfHandshake.run(both.dial(), turned.accept());
        SelfHandshake.run(turned.dial(), done.accept());
        assertRefused(old.dial(), turned.accept());
        assertRefused(both.dial(), done.accept());
    }

    /** A stranger who has seen a member's certificate has not its key, and the proof holds for no other. */
    @Test
    void theProofOfOneKeyIsNoneForAnother() throws Exception {
        SecretProof proof = SecretProof.of(SECRET);
        KeyPair member = newKeys();
        KeyPair stranger = newKeys();
        SecretTrust trust = new SecretTrust(List.of(proof));
        SSLEngine engine = secret("one", SECRET).read(InstantSource.system()).accept();

        X509Certificate copied = SelfSignedCertificate.of(stranger, proof.of(member.getPublic()));
        X509Certificate own = SelfSignedCertificate.of(member, proof.of(member.getPublic()));

        assertThatCode(() -> trust.checkClientTrusted(new X509Certificate[] {own}, "EC", engine))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> trust.checkClientTrusted(new X509Certificate[] {copied}, "EC", engine))
                .isInstanceOf(CertificateException.class)
                .hasMessage("the peer does not know a secret of CLUSTER_SECRET_FILE");
        assertThatThrownBy(() -> trust.checkServerTrusted(new X509Certificate[] {copied}, "EC", engine))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void theCertificateIsWhatOtherProgramsReadToo() throws Exception {
        KeyPair keys = newKeys();

        X509Certificate certificate = SelfSignedCertificate.of(keys, "a".repeat(64));

        certificate.verify(keys.getPublic());
        certificate.checkValidity();
        assertThat(certificate.getVersion()).isEqualTo(3);
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=" + "a".repeat(64));
    }

    @Test
    void aFileWithoutAUsableSecretIsNamedAndNotShown() throws IOException {
        assertFault(secret("empty", "\n"), "holds 0 secrets, expected 1 to 4");
        assertFault(secret("many", (SECRET + "\n").repeat(5)), "holds 5 secrets, expected 1 to 4");
        assertFault(secret("short", "tiger"), "holds a secret of 5 characters, expected 32 at least");
        assertFault(secret("large", SECRET.repeat(1_000)), "has more than 16384 bytes");
        assertFault(new MemberSecret(dir.resolve("gone")), "cannot be read: NoSuchFileException");
        assertFault(secret("comment", "# the secret of the production members, 2026\n" + SECRET), "is no secret");
        assertFault(secret("dull", "a".repeat(40)), "is no secret");
        Path wide = Files.writeString(dir.resolve("wide"), SECRET, StandardCharsets.UTF_16);
        assertFault(new MemberSecret(wide), "holds no text in UTF-8");
        assertThatThrownBy(() -> secret("short", "tiger").read(InstantSource.system()))
                .hasMessageNotContaining("tiger");
    }

    private static void assertFault(MemberSecret secret, String message) {
        assertThatThrownBy(() -> secret.read(InstantSource.system()))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining(secret.file().toString())
                .hasMessageContaining(message);
    }

    private static void assertRefused(SSLEngine one, SSLEngine other) {
        assertThatThrownBy(() -> SelfHandshake.run(one, other))
                .isInstanceOf(SSLException.class)
                .rootCause()
                .hasMessageContaining("does not know a secret");
    }

    private MemberSecret secret(String name, String content) throws IOException {
        return new MemberSecret(Files.writeString(dir.resolve(name), content));
    }

    private static KeyPair newKeys() throws Exception {
        return KeyPairGenerator.getInstance("EC").generateKeyPair();
    }
}
