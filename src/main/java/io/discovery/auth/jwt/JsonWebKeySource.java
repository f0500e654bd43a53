package io.discovery.auth.jwt;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of an issuer, which change: they are read again when their file changes, when a token names a key that
 * is not among them, and every ten minutes. Keys that were read stay in use while no others can be read; before the first
 * there are none. {@link #look} belongs to one thread, which it blocks for some seconds; the rest is for any.
 */
public final class JsonWebKeySource {

    private static final Logger log = LoggerFactory.getLogger(JsonWebKeySource.class);

    private static final Duration PERIOD = Duration.ofMinutes(10);
    /** The pause that no client can shorten: key ids that it makes up cost the issuer no more than this. */
    private static final Duration SOON = Duration.ofSeconds(30);
    /** The pause between attempts while keys cannot be read: not only their content may be the reason. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final KeyPlace place;
    private final LongSupplier nanos;
    private volatile JsonWebKeys current = JsonWebKeys.NONE;
    private volatile boolean isBroken = true;
    private volatile boolean isWanted;
    private @Nullable Object read;
    private long triedAt;
    private @Nullable String fault;

    /** @param nanos a clock that only moves forward */
    public JsonWebKeySource(KeyPlace place, LongSupplier nanos) {
        this.place = place;
        this.nanos = nanos;
    }

    /** Returns whether the keys could not be read when that was last tried, or have not been yet. */
    public boolean isBroken() {
        return isBroken;
    }

    /** Returns the number of keys in use. */
    public int size() {
        return current.usable().size();
    }

    JsonWebKeys current() {
        return current;
    }

    /** Lets the keys be read again soon, because a token names another. */
    void missed() {
        isWanted = true;
    }

    /** Reads the keys if it is time for that; to be called about once a second. */
    public void look() {
        Object stamp = place.stamp();
        long now = nanos.getAsLong();
        if (stamp.equals(read) && now - triedAt < pause().toNanos()) {
            return;
        }
        // Before the reading: what happens in between is noticed at the next look.
        read = stamp;
        triedAt = now;
        isWanted = false;
        reload();
    }

    private Duration pause() {
        return isBroken ? RETRY : isWanted ? SOON : PERIOD;
    }

    private void reload() {
        try {
            JsonWebKeys next = JsonWebKeys.parse(place.read());
            if (isBroken || !next.equals(current)) {
                log.info(
                        "read the keys for tokens from {}: {}",
                        place,
                        next.usable().size());
                next.ignored().forEach(each -> log.warn("not used, of {}: {}", place, each));
            }
            current = next;
            isBroken = false;
            fault = null;
        } catch (RuntimeException unusable) {
            if (!Thread.currentThread().isInterrupted()) {
                broken(unusable);
            }
        }
    }

    private void broken(RuntimeException unusable) {
        isBroken = true;
        if (!unusable.toString().equals(fault)) {
            fault = unusable.toString();
            log.error(
                    "cannot use the keys for tokens from {}: {}; {}",
                    place,
                    unusable.getMessage(),
                    current.isEmpty()
                            ? "all tokens are refused until there are keys"
                            : "those that were read before stay in use: " + size());
        }
    }
}
