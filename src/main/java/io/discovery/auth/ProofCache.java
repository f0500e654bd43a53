package io.discovery.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Proofs that took long to check, and whom they proved, for a minute each since they were put in last. It holds hashes of
 * credentials, never the credentials. Thread-safe, in bounded memory.
 */
final class ProofCache {

    static final Duration LIFETIME = Duration.ofMinutes(1);

    private static final int MOST = 10_000;

    private final Cache<TokenHash, Client> checked;

    /** @param ticker nanoseconds */
    ProofCache(Ticker ticker) {
        this.checked = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(LIFETIME)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    @Nullable
    Client find(TokenHash credential) {
        return checked.getIfPresent(credential);
    }

    void put(TokenHash credential, Client client) {
        checked.put(credential, client);
    }
}
