package io.discovery.auth;

import com.github.benmanes.caffeine.cache.Ticker;
import io.discovery.auth.AuthException.NotIdentified;
import io.discovery.auth.AuthException.TooManyFailures;
import io.discovery.auth.Credentials.Basic;
import io.discovery.auth.Credentials.Bearer;
import io.discovery.auth.Credentials.Malformed;
import io.discovery.auth.ProofCache.Checked;
import io.discovery.auth.jwt.JwtVerifier;
import io.discovery.auth.jwt.TokenRefusedException;
import io.discovery.auth.jwt.VerifiedToken;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place that finds out who a client is. A token or certificate is a look-up; a password or a JWT is checked on a
 * thread of its own, and remembered for a minute. Thread-safe.
 */
public final class Authenticator {

    /** Failures of an address in a minute, from which on it is told to wait. */
    private static final int MOST_OF_ADDRESS = 100;
    /** Failures of a user at an address in a minute, from which on no further password of it is checked there. */
    private static final int MOST_OF_USER = 20;

    /** A hash that is checked for users who are not known, so that the time of a refusal does not tell them. */
    private static final String STRANGER = "$pbkdf2$it=210000$bm9ib2R5IGhhcyB0aGlzIHBhc3N3b3JkIGF0IGFsbCE$"
            + "bvtfxbo5QCdxnRejQk/kQxoHcx4sKeI3kTz6l37IsknTSAPVXJ0c0BUP6VEjcAtQTxLbMNkQrvvAHac6g05SRw";

    private final Supplier<Identities> identities;
    private final Client anonymous;
    private final ProofChecks checks;
    /** Null if clients cannot show JWTs. */
    private final @Nullable JwtVerifier jwts;

    private final InstantSource clock;
    private final ProofCache cache;
    private final FailureLimit addresses;
    private final FailureLimit users;

    /** Clocks: the time of day, and one that only moves forward. */
    record Time(InstantSource clock, Ticker ticker) {}

    /**
     * @param identities those of AUTH_FILE, as they are now
     * @param anonymous grants of clients that show no proof
     * @param jwts empty if clients cannot show JWTs
     */
    public Authenticator(
            Supplier<Identities> identities, Grants anonymous, ProofChecks checks, Optional<JwtVerifier> jwts) {
        this(identities, anonymous, checks, jwts, new Time(InstantSource.system(), Ticker.systemTicker()));
    }

    Authenticator(
            Supplier<Identities> identities,
            Grants anonymous,
            ProofChecks checks,
            Optional<JwtVerifier> jwts,
            Time time) {
        this.identities = identities;
        this.anonymous = Client.anonymous(anonymous);
        this.checks = checks;
        this.jwts = jwts.orElse(null);
        this.clock = time.clock();
        this.cache = new ProofCache(time.ticker());
        this.addresses = new FailureLimit(MOST_OF_ADDRESS, time.ticker());
        this.users = new FailureLimit(MOST_OF_USER, time.ticker());
    }

    /**
     * Identifies a client by the credentials that it sends, or else by its certificate. Fails with
     * {@link AuthException}. The future is complete at once unless a password or JWT has to be checked.
     *
     * @param certificate alternative names of the client's certificate, which has been verified
     * @param address returns that of the client
     */
    public Future<Client> identify(
            List<String> authorization, Supplier<List<String>> certificate, Supplier<String> address) {
        if (authorization.isEmpty()) {
            Client known = identities.get().byCertificate(certificate.get());
            return Future.succeededFuture(known == null ? anonymous : known);
        }
        Credentials given = Credentials.of(authorization);
        if (given instanceof Bearer bearer) {
            return byToken(bearer, address);
        }
        if (given instanceof Basic basic) {
            return byPassword(basic, address);
        }
        String expected = given instanceof Malformed malformed ? malformed.expected() : "";
        return refuse(address, "given a header Authorization that proves nothing, expected " + expected);
    }

    private Future<Client> byToken(Bearer given, Supplier<String> address) {
        TokenHash credential = TokenHash.of(given.token());
        Client known = identities.get().byToken(credential);
        Client found = known == null ? remembered(credential) : known;
        if (found != null) {
            return Future.succeededFuture(found);
        }
        if (jwts == null || given.token().indexOf('.') < 0) {
            return refuse(address, "given a token that is unknown, or no longer good, expected one of an identity");
        }
        return checks.run(address.get(), () -> jwts.verify(given.token()))
                .recover(refusal -> refusal instanceof TokenRefusedException
                        ? refuse(address, "given " + refusal.getMessage())
                        : Future.failedFuture(refusal))
                .compose(token -> byClaims(token, credential, address));
    }

    private Future<Client> byClaims(VerifiedToken token, TokenHash credential, Supplier<String> address) {
        Client client = identities.get().byClaims(token);
        if (client == null) {
            return refuse(address, "given a token of " + token.texts("sub") + " whose claims are those of no identity");
        }
        cache.put(credential, new Checked(client, token.expires()));
        return Future.succeededFuture(client);
    }

    private Future<Client> byPassword(Basic given, Supplier<String> address) {
        TokenHash credential = TokenHash.of(given.user() + ':' + given.password());
        Client remembered = remembered(credential);
        if (remembered != null) {
            return Future.succeededFuture(remembered);
        }
        String user = address.get() + ' ' + given.user();
        if (users.isOver(user)) {
            return Future.failedFuture(tooMany("passwords of this user"));
        }
        List<Client> known = identities.get().byUser(given.user());
        return checks.run(address.get(), () -> matching(known, given.password()))
                .compose(client -> {
                    if (client == null) {
                        users.failed(user);
                        return refuse(
                                address, "given a user or password that is unknown, expected those of an identity");
                    }
                    cache.put(credential, new Checked(client, Instant.MAX));
                    return Future.succeededFuture(client);
                });
    }

    private static @Nullable Client matching(List<Client> known, String password) {
        if (known.isEmpty()) {
            PasswordHash.isOf(STRANGER, password);
            return null;
        }
        return known.stream()
                .filter(client -> PasswordHash.isOf(client.evidence().entry(), password))
                .findFirst()
                .orElse(null);
    }

    private @Nullable Client remembered(TokenHash credential) {
        Checked found = cache.find(credential);
        return found != null && holds(found.client()) && clock.instant().isBefore(found.until())
                ? found.client()
                : null;
    }

    /** Returns whether what a client has shown still proves the same identity with the same grants. */
    public boolean holds(Client client) {
        return client.proof() == Proof.NONE
                ? client.equals(anonymous)
                : identities.get().hold(client);
    }

    private <T> Future<T> refuse(Supplier<String> source, String message) {
        String address = source.get();
        addresses.failed(address);
        return Future.failedFuture(
                addresses.isOver(address) ? tooMany("credentials from this address") : new NotIdentified(message));
    }

    private static TooManyFailures tooMany(String failed) {
        return new TooManyFailures(
                "given too many " + failed + " that are not good, expected fewer in a minute",
                FailureLimit.PERIOD.toSeconds());
    }
}
