package io.discovery.durability;

import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Clock;
import io.discovery.registry.ReadCopy;
import io.discovery.registry.RegistrationCopies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How rows of a backend come back into the registry.
 *
 * @param map the cluster's truth, which they are offered to
 * @param copy this member's copy, which tells what is news and shows it at once
 * @param lease the longest by which an instance can have been listed
 * @param grace how much later than its row says an instance may have checked in; zero if rows are never late
 */
public record BackendImporter(RegistrationCopies map, ReadCopy copy, Clock clock, Lease lease, Duration grace) {

    /** So many rows are taken at a time: enough to keep the owners of their keys busy, few enough for any heap. */
    static final int BATCH = 2_000;

    /**
     * Offers those rows that are news. Blocks; throws what {@link RegistrationCopies#offer} throws.
     *
     * @return how many were news
     */
    int offer(Collection<Registration> rows) {
        List<Registration> news = new ArrayList<>();
        for (Registration row : rows) {
            Registration ours = copy.find(row.key());
            Registration restored = row.clampedTo(clock.nowMicros() + Version.CLOCK_TOLERANCE_MICROS)
                    .withGrace(TimeUnit.NANOSECONDS.toMicros(grace.toNanos()))
                    .restoredBeside(ours, lease);
            if (!restored.mergedInto(ours).equals(ours)) {
                news.add(restored);
            }
        }
        map.offer(news);
        news.forEach(copy::merge);
        return news.size();
    }
}
