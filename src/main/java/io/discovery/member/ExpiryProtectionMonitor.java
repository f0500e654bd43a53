package io.discovery.member;

import io.discovery.directory.Directory;
import io.discovery.directory.LeaseCounts;
import io.discovery.directory.Readiness;
import io.discovery.telemetry.Meters;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells, in log and meters, when expiry protection begins and ends. It looks now and then, so that a census that hovers
 * about the border fills no disk; reads do not wait for it. One thread.
 */
final class ExpiryProtectionMonitor {

    private static final Logger log = LoggerFactory.getLogger(ExpiryProtectionMonitor.class);

    private final Directory directory;
    private final Readiness readiness;
    private boolean active;
    private long since;

    ExpiryProtectionMonitor(Directory directory, Readiness readiness) {
        this.directory = directory;
        this.readiness = readiness;
    }

    void register(Meters meters) {
        gauge(meters, "discovery.hosts.live", LeaseCounts::live);
        gauge(meters, "discovery.hosts.lapsed", LeaseCounts::lapsed);
        gauge(meters, "discovery.protection.active", census -> census.isProtecting() ? 1 : 0);
    }

    private void gauge(Meters meters, String name, ToLongFunction<LeaseCounts> value) {
        meters.gauge(name, () -> directory.census().map(value::applyAsLong).orElse(0L));
    }

    /** Looks at nothing while the member loads: no client reads then, and the counts are of a part only. */
    void look() {
        if (readiness.isComplete()) {
            directory.census().filter(census -> census.isProtecting() != active).ifPresent(this::turned);
        }
    }

    private void turned(LeaseCounts census) {
        active = census.isProtecting();
        if (active) {
            since = System.nanoTime();
            log.warn(
                    "expiry protection is active: {} hosts have lapsed, {} are live; the lapsed stay listed, marked stale,"
                            + " until no more have lapsed than are live. Do their heartbeats reach the members?",
                    census.lapsed(),
                    census.live());
        } else {
            log.info(
                    "expiry protection has ended after {} s: {} hosts are live, {} lapsed ones are listed no longer",
                    Duration.ofNanos(System.nanoTime() - since).toSeconds(),
                    census.live(),
                    census.lapsed());
        }
    }
}
