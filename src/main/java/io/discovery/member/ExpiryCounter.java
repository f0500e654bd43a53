package io.discovery.member;

import io.discovery.directory.Directory;
import io.discovery.model.CheckIn;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.registry.Clock;
import io.discovery.telemetry.Meters;
import io.discovery.telemetry.Statsd;
import io.micrometer.core.instrument.Counter;
import java.util.function.Predicate;

/**
 * Counts hosts whose lease ran out, on each member; the seed's statsd counter is sent by the owner of the key alone.
 * Reads never wait for it. One thread.
 */
final class ExpiryCounter {

    private final Directory directory;
    private final Lease lease;
    private final Clock clock;
    private final Predicate<Registration> owned;
    private final Statsd statsd;
    private final Counter expired;
    private long countedUntil;

    ExpiryCounter(
            Directory directory,
            Lease lease,
            Clock clock,
            Predicate<Registration> owned,
            Statsd statsd,
            Meters meters) {
        this.directory = directory;
        this.lease = lease;
        this.clock = clock;
        this.owned = owned;
        this.statsd = statsd;
        this.expired = meters.counter("discovery.expired");
        this.countedUntil = clock.nowMicros();
    }

    /** Counts what has expired since the last call. */
    void count() {
        long now = clock.nowMicros();
        for (Registration registration : directory.all()) {
            CheckIn checkIn = registration.checkIn();
            if (checkIn != null && lease.isEnded(checkIn, now) && !lease.isEnded(checkIn, countedUntil)) {
                expired.increment();
                if (owned.test(registration)) {
                    statsd.expired(registration.key().service());
                }
            }
        }
        countedUntil = now;
    }
}
