package io.discovery.auth;

import com.github.benmanes.caffeine.cache.Ticker;
import io.discovery.auth.AuthException.NotIdentified;
import io.discovery.auth.AuthException.TooManyFailures;
import io.discovery.auth.Credentials.Basic;
import io.discovery.auth.Credentials.Bearer;
import io.discovery.auth.Credentials.Malformed;
import io.discovery.auth.jwt.JwtVerifier;
import io.discovery.auth.jwt.TokenRefusedException;
import io.discovery.auth.jwt.VerifiedToken;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place that finds out who a client is. A token or certificate is a look-up; a password or a JWT is checked on a
 * thread of its own, and remembered. Thread-safe.
 */
public final class Authenticator {

    /** Failures of an address in a minute, from which on it is told to wait. */
    private static final int MOST_OF_ADDRESS = 100;
    /** Failures of a user at an address in a minute, from which on no further password of it is checked there. */
    private static final int MOST_OF_USER = 20;

    private static final String UNKNOWN_PASSWORD =
            "given a user or password that is unknown, expected those of an identity";

    private final Supplier<Identities> identities;
    private final Client anonymous;
    private final ProofChecks passwords;
    /** Null if clients cannot show JWTs. */
    private final @Nullable Jwts jwts;

    private final InstantSource clock;
    private final ProofCache cache;
    private final FailureLimit addresses;
    private final FailureLimit users;

    /** The check of JWTs, and the thread that makes it. */
    public record Jwts(JwtVerifier verifier, ProofChecks checks) {}

    /** Clocks: the time of day, and one that only moves forward. */
    record Time(InstantSource clock, Ticker ticker) {}

    /**
     * @param identities those of AUTH_FILE, as they are now
     * @param anonymous grants of clients that show no proof
     * @param jwts empty if clients cannot show JWTs
     */
    public Authenticator(
            Supplier<Identities> identities, Grants anonymous, ProofChecks passwords, Optional<Jwts> jwts) {
        this(identities, anonymous, passwords, jwts, new Time(InstantSource.system(), Ticker.systemTicker()));
    }

    Authenticator(
            Supplier<Identities> identities, Grants anonymous, ProofChecks passwords, Optional<Jwts> jwts, Time time) {
        this.identities = identities;
        this.anonymous = Client.anonymous(anonymous);
        this.passwords = passwords;
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
     */
    public Future<Client> identify(
            List<String> authorization, Supplier<List<String>> certificate, ClientSource source) {
        if (authorization.isEmpty()) {
            Client known = identities.get().byCertificate(certificate.get());
            return Future.succeededFuture(known == null ? anonymous : known);
        }
        Credentials given = Credentials.of(authorization);
        if (given instanceof Bearer bearer) {
            return byToken(bearer, source);
        }
        if (given instanceof Basic basic) {
            return byPassword(basic, source);
        }
        String expected = given instanceof Malformed malformed ? malformed.expected() : "";
        return refuse(source, "given a header Authorization that proves nothing, expected " + expected);
    }

    private Future<Client> byToken(Bearer given, ClientSource source) {
        TokenHash credential = TokenHash.of(given.token());
        Client known = identities.get().byToken(credential);
        Client found = known == null ? remembered(credential) : known;
        if (found != null) {
            return Future.succeededFuture(found);
        }
        if (jwts == null || given.token().indexOf('.') < 0) {
            return refuse(source, "given a token that is unknown, or no longer good, expected one of an identity");
        }
        return jwts.checks()
                .run(source, () -> jwts.verifier().verify(given.token()))
                .recover(refusal -> refusal instanceof TokenRefusedException
                        ? refuse(source, "given " + refusal.getMessage())
                        : Future.failedFuture(refusal))
                .compose(token -> byClaims(token, credential, source));
    }

    private Future<Client> byClaims(VerifiedToken token, TokenHash credential, ClientSource source) {
        Client client = identities.get().byClaims(token);
        if (client == null) {
            return refuse(source, "given a token of " + token.texts("sub") + " whose claims are those of no identity");
        }
        Client untilItsEnd = client.until(token.expires());
        cache.put(credential, untilItsEnd);
        return Future.succeededFuture(untilItsEnd);
    }

    private Future<Client> byPassword(Basic given, ClientSource source) {
        TokenHash credential = TokenHash.of(given.user() + ':' + given.password());
        Client remembered = remembered(credential);
        if (remembered != null) {
            // For as long as the client comes each minute: a guesser at the same address cannot have it checked anew.
            cache.put(credential, remembered);
            return Future.succeededFuture(remembered);
        }
        List<Client> known = identities.get().byUser(given.user());
        if (known.isEmpty()) {
            // At once, which tells that there is no such user: the names are no secrets, and checks that cannot succeed
            // would let strangers keep the thread busy.
            return refuse(source, UNKNOWN_PASSWORD);
        }
        String user = source.network() + ' ' + given.user();
        if (users.isOver(user)) {
            return Future.failedFuture(tooMany("passwords of this user"));
        }
        return passwords.run(source, () -> matching(known, given.password())).compose(client -> {
            if (client == null || !holds(client)) {
                users.failed(user);
                return refuse(source, UNKNOWN_PASSWORD);
            }
            cache.put(credential, client);
            return Future.succeededFuture(client);
        });
    }

    private static @Nullable Client matching(List<Client> known, String password) {
        return known.stream()
                .filter(client -> PasswordHash.isOf(client.evidence().entry(), password))
                .findFirst()
                .orElse(null);
    }

    private @Nullable Client remembered(TokenHash credential) {
        Client found = cache.find(credential);
        return found != null && holds(found) ? found : null;
    }

    /** Returns whether what a client has shown still proves the same identity with the same grants. */
    public boolean holds(Client client) {
        return client.proof() == Proof.NONE
                ? client.equals(anonymous)
                : clock.instant().isBefore(client.until()) && identities.get().hold(client);
    }

    private <T> Future<T> refuse(ClientSource source, String message) {
        String address = source.network();
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
