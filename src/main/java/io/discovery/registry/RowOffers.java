package io.discovery.registry;

import io.discovery.model.Registration;
import io.discovery.model.Version;
import java.util.ArrayList;
import java.util.List;

/** Rows on their way from a backend into the registry: those that are news are offered, in batches. For one thread. */
final class RowOffers {

    private static final int BATCH = 500;

    private final Restoration into;
    private final List<Registration> news = new ArrayList<>(BATCH);
    private int offered;

    RowOffers(Restoration into) {
        this.into = into;
    }

    /** Blocks now and then; throws what {@link RegistrationCopies#offer} throws. */
    void add(Registration row) {
        Registration ours = into.copy().find(row.key());
        Registration restored = row.clampedTo(into.clock().nowMicros() + Version.CLOCK_TOLERANCE_MICROS)
                .withGrace(into.graceMicros())
                .restoredBeside(ours, into.lease());
        if (!restored.mergedInto(ours).equals(ours)) {
            news.add(restored);
        }
        if (news.size() == BATCH) {
            flush();
        }
    }

    private void flush() {
        into.map().offer(news);
        news.forEach(into.copy()::merge);
        offered += news.size();
        news.clear();
    }

    /** Offers the rest; how many were news in all. */
    int finish() {
        flush();
        return offered;
    }
}
