package io.discovery.backend.dynamodb;

import io.discovery.model.CheckIn;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The items of one scan that may be removed. What members wrote has versions of their cluster's clock, and goes by that. What
 * lyft/discovery wrote has the time of its own clock, which this cluster's may differ from by anything: such an item is
 * removed when it has ended by the newest check-in that lyft/discovery wrote, which only the end of the scan tells.
 */
final class EndedItems {

    /** So many of lyft/discovery's are kept until the end of the scan; the next one finds the others. */
    private static final int WAITING = 10_000;

    private record Ended(Map<String, AttributeValue> item, long atMicros) {}

    private final Retention retention;
    private final Purge purge;
    private final List<Ended> ofSeed = new ArrayList<>();
    private long newestOfSeed = Long.MIN_VALUE;

    EndedItems(Retention retention, Purge purge) {
        this.retention = retention;
        this.purge = purge;
    }

    /** Takes in every item of the scan, ended or not. */
    void add(Map<String, AttributeValue> item, Registration registration) {
        CheckIn checkIn = registration.checkIn();
        boolean seeds = false;
        if (checkIn != null && checkIn.version().member() == Version.NO_MEMBER) {
            seeds = true;
            newestOfSeed = Math.max(newestOfSeed, checkIn.micros());
        }
        if (!retention.isKept(registration) && retention.isRemovable(registration)) {
            if (!seeds) {
                purge.add(item);
            } else if (ofSeed.size() < WAITING) {
                ofSeed.add(new Ended(item, retention.keptUntil(registration)));
            }
        }
    }

    void endOfScan() {
        for (Ended ended : ofSeed) {
            if (ended.atMicros <= newestOfSeed) {
                purge.add(ended.item);
            }
        }
    }
}
