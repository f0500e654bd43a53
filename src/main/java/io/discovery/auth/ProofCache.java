package io.discovery.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Proofs that took long to check, and whom they proved, for a minute each. It holds hashes of credentials, never the
 * credentials. Thread-safe, in bounded memory.
 */
final class ProofCache {

    static final Duration LIFETIME = Duration.ofMinutes(1);

    private static final int MOST = 10_000;

    private final Cache<TokenHash, Checked> checked;

    /** @param until the time after which the proof is void, whatever AUTH_FILE says */
    record Checked(Client client, Instant until) {}

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
    Checked find(TokenHash credential) {
        return checked.getIfPresent(credential);
    }

    void put(TokenHash credential, Checked client) {
        checked.put(credential, client);
    }
}
