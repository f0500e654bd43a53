package io.discovery.durability;

import io.discovery.model.CheckIn;
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
import org.jspecify.annotations.Nullable;

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
            Registration restored = counted(row, ours)
                    .withGrace(TimeUnit.NANOSECONDS.toMicros(grace.toNanos()))
                    .restoredBeside(ours, lease);
            if (!restored.mergedInto(ours).equals(ours)) {
                news.add(restored);
            }
        }
        copy.restore(news, () -> {
            map.offer(news);
            news.forEach(copy::merge);
        });
        return news.size();
    }

    /** Returns whether a registration is within its RETENTION. */
    boolean isKept(Registration registration) {
        return lease.isKept(registration, clock.clusterMicros());
    }

    /**
     * Returns the newest state of a registration that has waited to be written to the backend. What a wrong clock wrote
     * counts no longer, if this member's copy was put right meanwhile, or is at this moment.
     */
    Registration newest(Registration waiting) {
        long now = clock.clusterMicros();
        Registration ours = copy.find(waiting.key());
        if (ours == null || ours.isAhead(now) && !waiting.isAhead(now)) {
            return waiting;
        }
        return waiting.countedBeside(ours, now).mergedInto(ours);
    }

    /**
     * Returns the row as it counts beside this member's copy. A row that lyft/discovery wrote is its host's last report
     * whatever that program's clock says: it has no other copy.
     */
    private Registration counted(Registration row, @Nullable Registration ours) {
        CheckIn checkIn = row.checkIn();
        return checkIn != null && checkIn.version().member() == Version.NO_MEMBER
                ? row.clampedTo(clock.limitMicros())
                : row.countedBeside(ours, clock.clusterMicros());
    }
}
