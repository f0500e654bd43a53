package io.discovery.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.hashing.HashingStrategy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** An authenticator of one identity, which proves itself in each way but by a JWT, and a clock that the test moves. */
abstract class AuthenticatorFixture {

    static final String ADDRESS = "127.0.0.2";

    /** As few iterations as a file may ask for, so that wrong passwords cost a test little. */
    private static final String QUICK_HASH = quickHash();

    final Vertx vertx = Vertx.vertx();

    long nanos;

    Identities identities = identities("web", "pay*");

    final ProofChecks checks = ProofChecks.ofPasswords(vertx);

    final Authenticator authenticator = new Authenticator(
            () -> identities,
            Grants.NONE,
            checks,
            Optional.empty(),
            new Authenticator.Time(InstantSource.fixed(Instant.EPOCH), () -> nanos));

    private static String quickHash() {
        return HashingStrategy.load().hash("pbkdf2", Map.of("it", "10000"), "c2FsdCBvZiB0aGUgdGVzdA", "secret:of web");
    }

    static Identities identities(String name, String write) {
        return AuthFile.identities(Path.of("auth.yaml"), """
                identities:
                  - name: %s
                    tokens: [%s]
                    passwords: [%s]
                    certificates: ["spiffe://mesh/web"]
                    write: [%s]
                """.formatted(
                        name, TokenHash.of("a token").hex(), QUICK_HASH, write));
    }

    @AfterEach
    void end() {
        vertx.close().await();
    }

    static ClientSource from(String address) {
        return from(address, () -> false);
    }

    static ClientSource from(String address, BooleanSupplier isGone) {
        return new ClientSource() {
            @Override
            public String network() {
                return address;
            }

            @Override
            public boolean isGone() {
                return isGone.getAsBoolean();
            }
        };
    }

    Future<Client> identify(String authorization) {
        return identify(ADDRESS, authorization);
    }

    Future<Client> identify(String address, String authorization) {
        return authenticator.identify(List.of(authorization), List::of, from(address));
    }

    static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(UTF_8));
    }
}
