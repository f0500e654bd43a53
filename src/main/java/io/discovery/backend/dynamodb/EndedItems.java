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
 * The removable items of one scan. Items of members have versions of their cluster's clock, which decides. Items of
 * lyft/discovery have the time of its own clock, which may differ from this cluster's by anything: such an item is
 * removed when it has ended by the newest check-in that lyft/discovery wrote, which is only known at the end of the
 * scan.
 */
final class EndedItems {

    /** Maximum number of lyft/discovery's items kept until the end of the scan; the next scan finds the others. */
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

    /** Adds an item of the scan, ended or not. */
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
