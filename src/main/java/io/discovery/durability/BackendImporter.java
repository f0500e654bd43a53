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
 * The import of rows of a backend into the registry.
 *
 * @param map the cluster's registrations, to which rows are offered
 * @param copy this member's copy, which tells which rows are new and shows them at once
 * @param lease the longest lease by which an instance can have been listed
 * @param grace maximum time by which an instance may have checked in later than its row says; zero if rows are never
 *     late
 */
public record BackendImporter(RegistrationCopies map, ReadCopy copy, Clock clock, Lease lease, Duration grace) {

    /** Number of rows offered at a time: enough to keep the owners of their keys busy, few enough for any heap. */
    static final int BATCH = 2_000;

    /**
     * Offers the rows that are new or newer. Blocks; throws what {@link RegistrationCopies#offer} throws.
     *
     * @return number of rows offered
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
