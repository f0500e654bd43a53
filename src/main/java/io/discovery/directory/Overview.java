package io.discovery.directory;

import io.discovery.model.Lease;
import io.discovery.model.ServiceName;
import java.util.Collections;
import java.util.SortedMap;

/**
 * What was listed of each service when it was asked for; services without any instance are left out.
 *
 * @param services by name; never changes
 * @param mark by which {@link Directory#isStill} tells whether the same is listed later
 */
public record Overview(SortedMap<ServiceName, Snapshot> services, Mark mark) {

    /**
     * What all that is listed depends on, without what is listed.
     *
     * @param changes how many there had been before the first service was looked at
     */
    public record Mark(long changes, Lease lease, long validUntilMicros) {

        boolean holds(long changesNow, Lease listing, long nowMicros) {
            return changesNow == changes && listing.equals(lease) && nowMicros <= validUntilMicros;
        }
    }

    /**
     * Makes it of services that were looked at after the rest was.
     *
     * @param nowMicros before any of them
     */
    static Overview of(long changes, Lease lease, long nowMicros, SortedMap<ServiceName, Snapshot> services) {
        long validUntil = Long.MAX_VALUE;
        for (Snapshot each : services.values()) {
            // Expiry protection that began or ended meanwhile has made some of them by another lease.
            boolean isOfOneMoment = each.isValid(lease, nowMicros);
            validUntil = Math.min(validUntil, isOfOneMoment ? each.validUntilMicros() : Long.MIN_VALUE);
        }
        return new Overview(Collections.unmodifiableSortedMap(services), new Mark(changes, lease, validUntil));
    }
}
