package io.discovery.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.discovery.auth.AuthException.TooManyRequests;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Shares of a member's work: each identity has its own, and each address that shows no proof. Clients that stay below
 * their limits do not notice those that do not. Thread-safe, in bounded memory: an address that was forgotten for others
 * begins anew.
 */
public final class RequestLimits {

    private static final int MOST_KEYS = 100_000;
    /** Longer than a client with one write a second waits after the largest request, of 1,000. */
    private static final Duration KEPT = Duration.ofMinutes(20);

    private final Supplier<Identities> identities;
    private final Ticker ticker;
    private final Cache<String, Buckets> buckets;
    /** Numbers of open streams, none of which is 0. */
    private final ConcurrentMap<String, Integer> streams = new ConcurrentHashMap<>();

    private record Buckets(TokenBucket reads, TokenBucket writes) {}

    /** @param identities those of AUTH_FILE, as they are now */
    public RequestLimits(Supplier<Identities> identities) {
        this(identities, Ticker.systemTicker());
    }

    RequestLimits(Supplier<Identities> identities, Ticker ticker) {
        this.identities = identities;
        this.ticker = ticker;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MOST_KEYS)
                .expireAfterAccess(KEPT)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /**
     * Counts a read.
     *
     * @throws TooManyRequests if the client has sent as many as it may
     */
    public void read(Client client, ClientSource source) {
        ClientLimits limits = limits(client);
        if (limits.reads() > 0) {
            long nanos = bucketsOf(client, source, limits).reads().take(limits.reads(), ticker.read());
            refuseIf(nanos, client, "reads", limits.reads());
        }
    }

    /**
     * Counts a write.
     *
     * @throws TooManyRequests if the client has sent as many as it may
     */
    public void write(Client client, ClientSource source) {
        ClientLimits limits = limits(client);
        if (limits.writes() > 0) {
            long nanos = bucketsOf(client, source, limits).writes().take(limits.writes(), ticker.read());
            refuseIf(nanos, client, "writes", limits.writes());
        }
    }

    /**
     * Counts further writes of a request that was taken: they delay the next.
     *
     * @throws TooManyRequests if the client has yet to wait for those of another request
     */
    public void moreWrites(Client client, ClientSource source, int count) {
        ClientLimits limits = limits(client);
        if (limits.writes() > 0) {
            long nanos = bucketsOf(client, source, limits).writes().owe(count, limits.writes(), ticker.read());
            refuseIf(nanos, client, "writes", limits.writes());
        }
    }

    /** @param nanos time until there is a permit; 0 if one was taken */
    private static void refuseIf(long nanos, Client client, String what, int perSecond) {
        if (nanos > 0) {
            throw new TooManyRequests(
                    client,
                    "given more " + what + " than " + perSecond + " a second, expected fewer",
                    Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos)));
        }
    }

    private Buckets bucketsOf(Client client, ClientSource source, ClientLimits limits) {
        return buckets.get(
                keyOf(client, source),
                first -> new Buckets(
                        new TokenBucket(limits.reads(), ticker.read()),
                        new TokenBucket(limits.writes(), ticker.read())));
    }

    /**
     * Counts a stream until {@link #streamEnded}.
     *
     * @throws TooManyRequests if the client has as many open as it may
     */
    public void streamBegan(Client client, ClientSource source) {
        int most = limits(client).streams();
        int open = streams.merge(keyOf(client, source), 1, Integer::sum);
        if (most > 0 && open > most) {
            streamEnded(client, source);
            throw new TooManyRequests(
                    client, "given one stream more than " + most + ", expected no more than these", 1);
        }
    }

    public void streamEnded(Client client, ClientSource source) {
        streams.computeIfPresent(keyOf(client, source), (key, open) -> open > 1 ? open - 1 : null);
    }

    /** Returns the number of clients whose requests it counts, about. */
    long addresses() {
        return buckets.estimatedSize();
    }

    /** Returns the limits of a client, as AUTH_FILE has them now. */
    public ClientLimits limits(Client client) {
        return identities.get().limitsOf(client);
    }

    /** Returns the name of an identity, which never begins with a space, or an address behind one. */
    private static String keyOf(Client client, ClientSource source) {
        return client.proof() == Proof.NONE
                ? ' ' + source.network()
                : client.identity().name();
    }
}
