package io.discovery.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.auth.AuthFile.UnusableAuthFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthFileTest {

    private static final Path FILE = Path.of("auth.yaml");
    private static final String HASH = TokenHash.of("a token").hex();
    private static final String PASSWORD = PasswordHash.of("a password");

    @Test
    void anIdentityIsFoundByEachOfItsProofs() {
        Identities read = AuthFile.identities(FILE, """
                # Comments may stand anywhere.
                identities:
                  - name: web
                    tokens: [%s, "%s"]
                    passwords: [%s]
                    certificates: [web.internal, "spiffe://mesh/web"]
                    claims:
                      - {iss: https://issuer, sub: system:serviceaccount:prod:web}
                    read: ["*"]
                    write: [payments, pay-*]
                    self_only: true
                  - name: ops
                    tokens: ["%s"]
                    admin: true
                """.formatted(
                        HASH,
                        TokenHash.of("next").hex(),
                        PASSWORD,
                        TokenHash.of("other").hex()));

        Identity web = new Identity(
                "web", new Grants(ServicePatterns.ALL, ServicePatterns.of(List.of("payments", "pay-*")), false), true);
        assertThat(read.count()).isEqualTo(2);
        assertThat(identityOf(read.byToken(TokenHash.of("a token")))).isEqualTo(web);
        assertThat(identityOf(read.byToken(TokenHash.of("next")))).isEqualTo(web);
        assertThat(identityOf(read.byCertificate(List.of("unknown", "spiffe://mesh/web"))))
                .isEqualTo(web);
        assertThat(read.byUser("web"))
                .singleElement()
                .extracting(Client::identity)
                .isEqualTo(web);
        assertThat(identityOf(read.byToken(TokenHash.of("other"))).grants().isAdmin())
                .isTrue();
        assertThat(read.byToken(TokenHash.of("unknown"))).isNull();
        assertThat(read.byCertificate(List.of("unknown"))).isNull();
        assertThat(read.byUser("unknown")).isEmpty();
    }

    private static Identity identityOf(@Nullable Client client) {
        return Objects.requireNonNull(client).identity();
    }

    @Test
    void aFileMayHaveNoIdentities() {
        assertThat(AuthFile.identities(FILE, "identities: []\n").count()).isZero();
    }

    /** A file that was cut off would otherwise shut all clients out. */
    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing yet\n", "identities:\n", "{}\n", "null\n", "identities: null\n"})
    void anEmptyFileIsRefused(String text) {
        assertThatThrownBy(() -> AuthFile.identities(FILE, text)).isInstanceOf(UnusableAuthFileException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: '', tokens: [HASH], admin: true | given ''",
                "tokens: [HASH], admin: true | given ''",
                "name: 'a\tb', tokens: [HASH], admin: true | expected 1 to 100 letters",
                "name: a, admin: true | a: given no proof",
                "name: a, tokens: [HASH] | a: given nothing that it may do",
                "name: a, tokens: [plain-token], admin: true | no hash among its tokens",
                "name: a, passwords: [plain-password], admin: true | no hash among its passwords",
                "name: a, passwords: [$pbkdf2$it=1$c2FsdHNhbHQ$PAD], admin: true | no hash among its passwords",
                "name: a, passwords: [$pbkdf2$it=9999999$c2FsdHNhbHQ$PAD], admin: true | no hash among its passwords",
                "name: a, certificates: [''], admin: true | an empty text among its certificates",
                "name: a, claims: [{}], admin: true | given claims without any",
                "name: 'a:b', passwords: [$pbkdf2$it=10000$c2FsdHNhbHQ$PAD], admin: true | a name with a colon",
                "name: a, tokens: [HASH], read: [&x pay], write: [*x] | an anchor or an alias at line 2",
                "name: a, tokens: &x [HASH], read: ['*'] | an anchor or an alias at line 2",
                "name: a, tokens: [HASH], read: ['*'], limits: {reads: 0.5} | for identities[0].limits.reads at line 2",
                "name: a, tokens: [HASH], read: ['*'], limits: {reads: -1} | given limits below 0",
                "name: a, tokens: [HASH], read: ['*'], limits: {services: -1} | given limits below 0",
                "name: a, tokens: [HASH], read: ['*'], limits: {registrations: -1} | given limits below 0",
                "name: a, tokens: [HASH], read: ['a*b'] | given 'a*b' under read",
                "name: a, tokens: [HASH], write: ['a/b'] | given 'a/b' under write",
                "name: a, tokens: [HASH], read: [''] | given '' under read",
                "name: a, tokens: [HASH], red: ['*'] | given 'red' at line 2, expected one of [",
                "name: a, tokens: [HASH], name: b, admin: true | given 'name' twice at line 2",
                "name: a, tokens: [null], admin: true | for identities[0].tokens",
                "name: a, tokens: {}, admin: true | for identities[0].tokens at line 2"
            })
    void aFaultIsNamed(String entry, String expected) {
        String text = "identities:\n  - {" + entry.replace("HASH", HASH).replace("PAD", "A".repeat(86)) + "}\n";

        assertThatThrownBy(() -> AuthFile.identities(FILE, text))
                .isInstanceOf(UnusableAuthFileException.class)
                .hasMessageStartingWith("auth.yaml: ")
                .hasMessageContaining(expected)
                .message()
                .doesNotContain(HASH, "plain-token", "plain-password");
    }

    /** A wrong file, or one with a slip, is one of secrets too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SECRET",
                "SECRET: x",
                "- SECRET",
                "identities: SECRET",
                "identities: [SECRET]",
                "identities: {SECRET: 1}",
                "identities:\n  - {name: a, passwords: [\"SECRET\" admin: true}",
                "identities:\n  - {name: a, passwords: [\"SECRET], admin: true}\n",
                "identities:\n  - {name: a, SECRET: b, SECRET: c}",
                "identities:\n  - name: a\n  tokens: @SECRET",
                "identities:\n  - {name: a, admin: SECRET}",
                "identities:\n  - {name: a, limits: {reads: SECRET}}",
                "identities: []\nSECRET",
                "%SECRET",
                "!!SECRET x"
            })
    void noMessageRepeatsASecret(String text) {
        String secret = "a678ae59c2d14f";

        assertThatThrownBy(() -> AuthFile.identities(FILE, text.replace("SECRET", secret)))
                .isInstanceOf(UnusableAuthFileException.class)
                .message()
                .doesNotContain(secret);
    }

    @Test
    void allFaultsAreNamedAtOnce() {
        String text = """
                identities:
                  - {name: a, tokens: [%1$s], admin: true}
                  - {name: a, passwords: [x], admin: true}
                  - {name: b, tokens: [%1$s], certificates: [n], write: ["*x"]}
                  - {name: c, certificates: [n], admin: true}
                """.formatted(HASH);

        assertThatThrownBy(() -> AuthFile.identities(FILE, text))
                .hasMessageContainingAll(
                        "no hash among its passwords",
                        "given '*x' under write",
                        "given two identities with the name a",
                        "given the same token for a and b",
                        "given the same certificate for b and c")
                .message()
                .doesNotContain(HASH);
    }

    /** The names of a certificate know no case, and claims no order. */
    @Test
    void proofsAreTheSameHoweverTheyAreWritten() {
        String text = """
                identities:
                  - {name: a, certificates: [Envoy.mesh], claims: [{iss: x, sub: y}], admin: true}
                  - {name: b, certificates: [envoy.mesh], claims: [{sub: y, iss: x}], read: ["*"]}
                """;

        assertThatThrownBy(() -> AuthFile.identities(FILE, text))
                .hasMessageContainingAll("given the same certificate for a and b", "given the same claims for a and b");
    }

    @Test
    void anUnreadableFileIsNamed(@TempDir Path dir) throws IOException {
        Path binary = Files.write(dir.resolve("binary"), new byte[] {(byte) 0xc3, (byte) 0x28});

        assertThatThrownBy(() -> AuthFile.read(dir.resolve("absent")))
                .isInstanceOf(UnusableAuthFileException.class)
                .hasMessageContaining("absent");
        assertThatThrownBy(() -> AuthFile.read(binary))
                .isInstanceOf(UnusableAuthFileException.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> AuthFile.identities(FILE, "identities: [\n\n  - }"))
                .isInstanceOf(UnusableAuthFileException.class)
                .hasMessageContaining("at line");
    }

    @Test
    void printedLinesMakeAFile() {
        String text = "identities:\n" + entryIn(NewCredentials.token("web"))
                + entryIn(NewCredentials.password("ops", "a password"));

        assertThat(AuthFile.identities(FILE, text).count()).isEqualTo(2);
    }

    private static String entryIn(String printed) {
        return printed.substring(printed.indexOf("  - name"));
    }
}
