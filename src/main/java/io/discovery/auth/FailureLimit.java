package io.discovery.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts of failed proofs, by a key such as an address. A count is forgotten a minute after the first failure. A limit
 * never keeps a proof out that has been checked before, or takes no time to check. Thread-safe, in bounded memory.
 */
final class FailureLimit {

    static final Duration PERIOD = Duration.ofMinutes(1);

    private static final int MOST_KEYS = 10_000;

    private final int most;
    private final Cache<String, AtomicInteger> failures;

    /**
     * @param most failures in a period
     * @param ticker nanoseconds
     */
    FailureLimit(int most, Ticker ticker) {
        this.most = most;
        this.failures = Caffeine.newBuilder()
                .maximumSize(MOST_KEYS)
                .expireAfterWrite(PERIOD)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    void failed(String key) {
        failures.get(key, first -> new AtomicInteger()).incrementAndGet();
    }

    boolean isOver(String key) {
        AtomicInteger count = failures.getIfPresent(key);
        return count != null && count.get() >= most;
    }
}
