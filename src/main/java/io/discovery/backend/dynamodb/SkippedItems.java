package io.discovery.backend.dynamodb;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Items that can be no registrations: counted, and named once each, a few a scan. They stay in the table. Of one thread
 * at a time; the count may be asked for by any.
 */
final class SkippedItems {

    private static final Logger LOG = LoggerFactory.getLogger(SkippedItems.class);

    private static final int NAMED_A_SCAN = 5;
    private static final int REMEMBERED = 1_000;

    private final Set<String> named = new HashSet<>();
    private int count;
    private int namedInThisScan;
    private volatile long lastCount;

    void startOfScan() {
        count = 0;
        namedInThisScan = 0;
    }

    void add(String place, Map<String, AttributeValue> item, ItemCodec.OddItemException odd) {
        count++;
        String name = ItemCodec.name(item);
        if (namedInThisScan < NAMED_A_SCAN && named.size() < REMEMBERED && named.add(name)) {
            namedInThisScan++;
            LOG.warn("{}: the item {} can be no registration and is left out: {}", place, name, odd.getMessage());
        }
    }

    void endOfScan(String place) {
        if (count != lastCount) {
            LOG.info("{}: {} items can be no registrations, before {}", place, count, lastCount);
        }
        lastCount = count;
    }

    /** How many the last whole scan left out. */
    long lastCount() {
        return lastCount;
    }
}
