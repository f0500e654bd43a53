package io.discovery.backend.dynamodb;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;

/**
 * Removal of items past their RETENTION, if they are unchanged since they were read; a few at a time, while the scan
 * goes on. Such items do no harm, so those beyond the queue, or whose removal fails, are left for the next scan.
 */
final class Purge {

    private static final Logger LOG = LoggerFactory.getLogger(Purge.class);

    private static final int AT_A_TIME = 8;
    private static final int WAITING = 10_000;

    private final Table table;
    private final AtomicLong removed;
    private final Queue<Map<String, AttributeValue>> waiting = new ArrayDeque<>();
    private int running;

    Purge(Table table, AtomicLong removed) {
        this.table = table;
        this.removed = removed;
    }

    /** Queues an item; does not block. */
    void add(Map<String, AttributeValue> item) {
        synchronized (this) {
            if (running == AT_A_TIME) {
                if (waiting.size() < WAITING) {
                    waiting.add(item);
                }
                return;
            }
            running++;
        }
        remove(item);
    }

    private void remove(Map<String, AttributeValue> item) {
        DeleteItemRequest.Builder delete =
                DeleteItemRequest.builder().tableName(table.name()).key(ItemCodec.keyOf(item));
        var unused = table.dynamo()
                .deleteItem(Condition.unchanged(item).on(delete).build())
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        removed.incrementAndGet();
                    } else {
                        failed(item, Failures.unwrap(failure));
                    }
                    next();
                });
    }

    private void failed(Map<String, AttributeValue> item, Throwable failure) {
        if (failure instanceof ConditionalCheckFailedException) {
            LOG.debug("{}: {} was removed or written meanwhile", table.place(), ItemCodec.name(item));
        } else {
            LOG.debug("{}: leaving expired items for the next scan", Failures.explain(table.place(), failure));
            drop();
        }
    }

    /** Drops the queue after a failure, since the next removal would probably fail too. */
    private synchronized void drop() {
        waiting.clear();
    }

    private void next() {
        Map<String, AttributeValue> item;
        synchronized (this) {
            item = waiting.poll();
            if (item == null) {
                running--;
                return;
            }
        }
        remove(item);
    }
}
