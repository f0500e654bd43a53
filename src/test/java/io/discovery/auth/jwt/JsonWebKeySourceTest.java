package io.discovery.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.testing.CapturedLog;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestIssuer;
import io.discovery.testing.TestKeyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that change, in a file and at an address. */
class JsonWebKeySourceTest {

    private static final Duration PERIOD = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofSeconds(5);

    @TempDir
    private Path dir;

    @AutoClose
    private final CapturedLog log = CapturedLog.of(JsonWebKeySource.class);

    private final Instant issued = Instant.parse("2026-11-27T12:00:00Z");
    private final TestIssuer issuer = new TestIssuer("ES256");

    @AutoClose
    private final TestKeyServer server = TestKeyServer.of(issuer);

    /** No clock of Java's begins with a number that is known. */
    private long nanos = Long.MAX_VALUE - 7;

    private JsonWebKeySource inFile() {
        return looked(KeyPlace.file(issuer.write(dir.resolve("jwks.json"))));
    }

    private JsonWebKeySource atAddress() {
        return looked(KeyPlace.address(server.address(), Optional.empty()));
    }

    private JsonWebKeySource looked(KeyPlace place) {
        JsonWebKeySource source = new JsonWebKeySource(place, () -> nanos);
        source.look();
        return source;
    }

    private void look(JsonWebKeySource source, Duration later) {
        nanos += later.toNanos();
        source.look();
    }

    private JwtVerifier verifier(JsonWebKeySource source) {
        return new JwtVerifier(source, TestIssuer.NAME, TestIssuer.AUDIENCE, () -> issued);
    }

    private String token(String key) {
        return issuer.token(key, TestIssuer.claims(issued));
    }

    private void assertRefused(JsonWebKeySource source, String token, TokenRefusedException.Reason reason) {
        assertThatThrownBy(() -> verifier(source).verify(token))
                .isInstanceOfSatisfying(
                        TokenRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private void assertAccepted(JsonWebKeySource source, String token) {
        assertThatCode(() -> verifier(source).verify(token)).doesNotThrowAnyException();
    }

    @Test
    void aFileIsReadAgainWhenItChanges() {
        JsonWebKeySource source = inFile();
        String old = token("ES256");
        assertAccepted(source, old);

        issuer.add("next", "ES384");
        issuer.remove("ES256");
        issuer.write(dir.resolve("jwks.json"));
        look(source, Duration.ZERO);

        assertAccepted(source, token("next"));
        assertRefused(source, old, TokenRefusedException.Reason.UNKNOWN_KEY);
        assertThat(source.size()).isEqualTo(1);
        assertThat(log.messages()).hasSize(2).allMatch(line -> line.matches("read the keys for tokens from .*: 1"));
    }

    @Test
    void aFileThatCannotBeUsedLeavesTheOldKeysInUse() throws IOException {
        JsonWebKeySource source = inFile();
        Path file = Files.writeString(dir.resolve("jwks.json"), "nothing");

        look(source, Duration.ZERO);
        look(source, RETRY);
        look(source, RETRY);

        assertAccepted(source, token("ES256"));
        assertThat(source.isBroken()).isTrue();
        assertThat(log.messages())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("cannot use the keys for tokens from " + file + ": 7 bytes that are no JSON object")
                .endsWith("those that were read before stay in use: 1");

        issuer.write(file);
        look(source, Duration.ZERO);
        assertThat(source.isBroken()).isFalse();
    }

    @Test
    void aStartWithoutKeysRefusesTokensUntilThereAreSome() {
        Path file = dir.resolve("later.json");
        JsonWebKeySource source = looked(KeyPlace.file(file));

        assertThat(source.isBroken()).isTrue();
        assertThat(source.size()).isZero();
        assertRefused(source, token("ES256"), TokenRefusedException.Reason.NO_KEYS);
        assertThat(log.messages())
                .singleElement()
                .asString()
                .contains("the file cannot be read", "all tokens are refused until there are keys");

        issuer.write(file);
        look(source, Duration.ZERO);
        assertAccepted(source, token("ES256"));
    }

    @Test
    void aFileOfMoreThanAMegabyteIsRefused() {
        JsonWebKeySource source =
                looked(KeyPlace.file(TestIssuer.write(dir.resolve("jwks.json"), " ".repeat(2 << 20))));

        assertThat(source.isBroken()).isTrue();
        assertThat(log.messages()).singleElement().asString().contains("more than 1048576 bytes");
    }

    @Test
    void keysOfAMegabyteAreRead() {
        String padded = issuer.jwks()
                + " ".repeat(JsonWebKeys.MOST_BYTES - issuer.jwks().length());
        assertThat(looked(KeyPlace.file(TestIssuer.write(dir.resolve("jwks.json"), padded)))
                        .isBroken())
                .isFalse();
        server.answer(TestKeyServer.text(() -> padded));
        assertThat(atAddress().isBroken()).isFalse();

        server.answer(TestKeyServer.text(() -> padded + " "));
        assertThat(looked(KeyPlace.file(TestIssuer.write(dir.resolve("jwks.json"), padded + " ")))
                        .isBroken())
                .isTrue();
        assertThat(atAddress().isBroken()).isTrue();
    }

    @Test
    void keysThatAreIgnoredAreNamedOnce() {
        TestIssuer.write(
                dir.resolve("jwks.json"), issuer.jwks().replace("]}", ", {\"kty\": \"oct\", \"kid\": \"s\"}]}"));

        JsonWebKeySource source = looked(KeyPlace.file(dir.resolve("jwks.json")));
        look(source, PERIOD);

        assertThat(log.messages()).hasSize(2).last().asString().contains("the key 's' is of type oct");
    }

    @Test
    void anAddressIsReadEveryTenMinutes() {
        JsonWebKeySource source = atAddress();
        issuer.add("next", "ES384");

        look(source, PERIOD.minusNanos(1));
        assertThat(server.requests()).isEqualTo(1);

        look(source, Duration.ofNanos(1));
        assertThat(server.requests()).isEqualTo(2);
        assertAccepted(source, token("next"));
    }

    @Test
    void aTokenOfAnUnknownKeyLetsTheAddressBeReadSoon() {
        JsonWebKeySource source = atAddress();
        issuer.add("next", "ES384");
        assertRefused(source, token("next"), TokenRefusedException.Reason.UNKNOWN_KEY);

        look(source, SOON);

        assertAccepted(source, token("next"));
    }

    /** Clients make up as many key ids as they like. */
    @Test
    void unknownKeysCostTheIssuerOneRequestInThirtySeconds() {
        JsonWebKeySource source = atAddress();
        String made = issuer.token("ES256", "{\"alg\": \"ES256\", \"kid\": \"made up\"}", "{}");

        for (int second = 0; second < 300; second++) {
            assertRefused(source, made, TokenRefusedException.Reason.UNKNOWN_KEY);
            look(source, Duration.ofSeconds(1));
        }

        assertThat(server.requests()).isEqualTo(11);
    }

    @Test
    void otherRefusalsCostTheIssuerNothing() {
        JsonWebKeySource source = atAddress();
        assertRefused(
                source,
                issuer.token("ES256", "{\"alg\": \"HS256\", \"kid\": \"x\"}", "{}"),
                TokenRefusedException.Reason.ALGORITHM);
        assertRefused(
                source,
                issuer.token("ES256", "{\"alg\": \"RS256\", \"kid\": \"ES256\"}", "{}"),
                TokenRefusedException.Reason.ALGORITHM);

        look(source, SOON);

        assertThat(server.requests()).isEqualTo(1);
    }

    @Test
    void anAddressThatDoesNotAnswerIsTriedAgainEveryFiveSeconds() {
        server.answer(request -> request.sendResponseHeaders(503, -1));
        JsonWebKeySource source = atAddress();
        assertThat(source.isBroken()).isTrue();

        look(source, RETRY.minusNanos(1));
        assertThat(server.requests()).isEqualTo(1);
        look(source, Duration.ofNanos(1));
        assertThat(server.requests()).isEqualTo(2);
        assertThat(log.messages())
                .singleElement()
                .asString()
                .contains(server.address() + ": the answer was 503, expected 200; all tokens are refused");

        server.answer(TestKeyServer.text(issuer::jwks));
        look(source, RETRY);
        assertAccepted(source, token("ES256"));
        assertThat(source.isBroken()).isFalse();
    }

    @Test
    void badAnswersLeaveTheOldKeysInUse() {
        JsonWebKeySource source = atAddress();
        List<TestKeyServer.Answer> bad = List.of(
                TestKeyServer.text(() -> "<html>"),
                TestKeyServer.text(() -> " ".repeat(10 << 20)),
                TestKeyServer.text(() -> "{\"keys\": []}"),
                request -> {
                    request.getResponseHeaders()
                            .add("Location", server.address().toString());
                    request.sendResponseHeaders(302, -1);
                },
                request -> request.close());
        for (TestKeyServer.Answer answer : bad) {
            server.answer(answer);
            look(source, PERIOD);

            assertThat(source.isBroken()).isTrue();
            assertAccepted(source, token("ES256"));
        }

        assertThat(log.messages().subList(1, 5))
                .satisfiesExactly(
                        line -> assertThat(line).contains("6 bytes that are no JSON object"),
                        line -> assertThat(line).contains("the answer has more than 1048576 bytes"),
                        line -> assertThat(line).contains("no key that verifies tokens"),
                        line -> assertThat(line).contains("the answer was 302, expected 200"));
    }

    @Test
    void anAnswerThatNeverEndsIsGivenUp() {
        server.answer(server.hang());
        long begin = System.nanoTime();

        JsonWebKeySource source = atAddress();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(9));
        assertThat(source.isBroken()).isTrue();
        assertThat(log.messages()).singleElement().asString().contains("nothing whole within 5 s");
    }

    @Test
    void anAddressAtWhichNothingListensIsAFault() {
        server.close();

        JsonWebKeySource source = atAddress();

        assertThat(source.isBroken()).isTrue();
        assertThat(log.messages()).singleElement().asString().contains("the address did not answer");
    }

    @Test
    void anHttpsAddressIsCheckedByTheAuthoritiesOfTheFile() throws IOException {
        TestAuthority authority = new TestAuthority(dir, "authority");
        TestAuthority stranger = new TestAuthority(dir, "stranger");
        Path trusted = Files.copy(stranger.file(), dir.resolve("trusted.pem"));
        try (TestKeyServer https =
                TestKeyServer.of(issuer, authority.client(authority.issue("issuer", Form.server())))) {
            JsonWebKeySource source = looked(KeyPlace.address(https.address(), Optional.of(trusted)));
            assertThat(source.isBroken()).isTrue();
            assertThat(log.messages()).singleElement().asString().contains("unable to find valid certification path");

            TestIssuer.write(trusted, authority.text());
            look(source, Duration.ZERO);

            assertThat(source.isBroken()).isFalse();
            assertAccepted(source, token("ES256"));
        }
    }

    @Test
    void anHttpsAddressMustBeThatOfItsCertificate() {
        TestAuthority authority = new TestAuthority(dir, "authority");
        Form other = Form.server().named("issuer.example");
        try (TestKeyServer https = TestKeyServer.of(issuer, authority.client(authority.issue("issuer", other)))) {
            JsonWebKeySource source = looked(KeyPlace.address(https.address(), Optional.of(authority.file())));

            assertThat(source.isBroken()).isTrue();
            assertThat(log.messages()).singleElement().asString().contains("127.0.0.1");
        }
    }
}
