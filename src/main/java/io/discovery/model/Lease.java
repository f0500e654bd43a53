package io.discovery.model;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The right to be listed: HOST_TTL long, counted from the last check-in. The only place that knows when it ends, and
 * for how long an unlisted registration is kept so that no older copy of it can come back.
 *
 * @param ttlMicros HOST_TTL in microseconds, above 0
 * @param overtimeMicros how much longer than its lease an instance is listed: 0, or the overtime of
 *     {@link #withOvertime}
 */
public record Lease(long ttlMicros, long overtimeMicros) {

    /** Maximum overtime of expiry protection, in leases; less than {@link #retentionMicros}. */
    public static final int OVERTIME_LEASES = 6;

    private static final int RETENTION_LEASES = 8;
    private static final Duration RETENTION_MARGIN = Duration.ofSeconds(60);

    public Lease {
        if (ttlMicros <= 0) {
            throw new IllegalArgumentException("a lease of " + ttlMicros + " microseconds");
        }
    }

    /** Creates a lease without overtime. */
    public Lease(long ttlMicros) {
        this(ttlMicros, 0);
    }

    public static Lease of(Duration hostTtl) {
        return new Lease(TimeUnit.NANOSECONDS.toMicros(hostTtl.toNanos()));
    }

    /**
     * Returns the lease that counts while expiry protection is active: an instance stays listed until its lease ended 6
     * leases ago.
     */
    public Lease withOvertime() {
        return new Lease(ttlMicros, OVERTIME_LEASES * ttlMicros - 1);
    }

    /** Returns the lease as it counts while no member knows when it ended: for as long as the registration is kept. */
    public Lease withRetention() {
        return new Lease(ttlMicros, retentionMicros());
    }

    /** Returns the last moment at which the lease of the check-in runs, its grace included. */
    public long endOf(CheckIn checkIn) {
        return checkIn.micros() + ttlMicros + checkIn.graceMicros();
    }

    /**
     * Returns whether the lease has ended. Seed, GET /v1/registration: a host is expired when its last check-in is
     * strictly more than HOST_TTL ago.
     */
    public boolean isEnded(CheckIn checkIn, long nowMicros) {
        return nowMicros > endOf(checkIn);
    }

    /** Returns whether more than half of the lease has passed without another check-in. */
    public boolean isHalfOver(CheckIn checkIn, long nowMicros) {
        return nowMicros > endOf(checkIn) - ttlMicros / 2;
    }

    /** Returns the last moment at which the check-in is listed: the end of its lease, and overtime. */
    public long listedUntil(CheckIn checkIn) {
        return endOf(checkIn) + overtimeMicros;
    }

    public boolean isListed(CheckIn checkIn, long nowMicros) {
        return nowMicros <= listedUntil(checkIn);
    }

    /** Returns whether the registration has checked in, was not deregistered since, and its lease runs. */
    public boolean isLive(Registration registration, long nowMicros) {
        CheckIn checkIn = registration.checkIn();
        return checkIn != null && !isEnded(checkIn, nowMicros);
    }

    /** Returns RETENTION: how long a registration is kept after its last version. */
    public long retentionMicros() {
        return RETENTION_LEASES * ttlMicros + TimeUnit.SECONDS.toMicros(RETENTION_MARGIN.toSeconds());
    }

    /** Returns the moment from which no copy of the registration needs to be kept any more. */
    public long keptUntil(Registration registration) {
        return registration.lastVersion().micros() + retentionMicros();
    }

    public boolean isKept(Registration registration, long nowMicros) {
        return nowMicros < keptUntil(registration);
    }
}
