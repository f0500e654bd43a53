package io.discovery.backend.dynamodb;

import io.discovery.model.Registration;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend.BackendException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/**
 * One scan of the whole table, in parallel segments. Each segment has at most one page on its way or waiting here: the
 * scan requests the next when the calling thread takes one.
 */
final class TableScan {

    private static final int SEGMENTS = 4;

    /** A page has up to 1 MB, and may have been throttled for a while. */
    private static final Duration PAGE = Duration.ofSeconds(30);

    private static final Duration PAGE_ATTEMPT = Duration.ofSeconds(10);

    private final Table table;
    private final ItemCodec codec;
    private final Retention retention;
    private final SkippedItems skipped;
    private final EndedItems ended;

    private final BlockingQueue<Page> pages = new LinkedBlockingQueue<>();

    /** The latest request of each segment. */
    private final Map<Integer, CompletableFuture<?>> requests = new HashMap<>();

    /** A segment's response: a page, or the failure. */
    private record Page(
            int segment,
            @Nullable ScanResponse items,
            @Nullable Throwable failure) {}

    TableScan(Table table, ItemCodec codec, Retention retention, SkippedItems skipped, Purge purge) {
        this.table = table;
        this.codec = codec;
        this.retention = retention;
        this.skipped = skipped;
        this.ended = new EndedItems(retention, purge);
    }

    /**
     * Passes all kept registrations to {@code registrations}.
     *
     * @throws BackendException if a page could not be read
     */
    void run(Consumer<Registration> registrations) {
        skipped.startOfScan();
        try {
            readAll(registrations);
        } finally {
            requests.values().forEach(request -> request.cancel(false));
        }
        skipped.endOfScan();
        ended.endOfScan();
    }

    private void readAll(Consumer<Registration> registrations) {
        int open = SEGMENTS;
        for (int segment = 0; segment < SEGMENTS; segment++) {
            request(segment, Map.of());
        }
        while (open > 0) {
            Page page = take();
            if (page.items == null) {
                throw incomplete(page);
            }
            if (page.items.hasLastEvaluatedKey()
                    && !page.items.lastEvaluatedKey().isEmpty()) {
                request(page.segment, page.items.lastEvaluatedKey());
            } else {
                open--;
            }
            give(page.items.items(), registrations);
        }
    }

    private void request(int segment, Map<String, AttributeValue> after) {
        ScanRequest.Builder scan = ScanRequest.builder()
                .tableName(table.name())
                .segment(segment)
                .totalSegments(SEGMENTS)
                .overrideConfiguration(patience -> patience.apiCallTimeout(PAGE).apiCallAttemptTimeout(PAGE_ATTEMPT));
        if (!after.isEmpty()) {
            scan.exclusiveStartKey(after);
        }
        CompletableFuture<ScanResponse> request = table.dynamo().scan(scan.build());
        requests.put(segment, request);
        var unused = request.whenComplete((items, failure) -> pages.add(new Page(segment, items, failure)));
    }

    /** Takes a page, which comes because every request ends within its timeout. */
    private Page take() {
        try {
            Page page = pages.poll(2 * PAGE.toSeconds(), TimeUnit.SECONDS);
            return page != null ? page : new Page(0, null, new IllegalStateException("no page came"));
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return new Page(0, null, ending);
        }
    }

    private BackendException incomplete(Page page) {
        Throwable failure = page.failure == null ? new IllegalStateException("no page") : page.failure;
        return Failures.toBackendException(table.place(), Failures.unwrap(failure));
    }

    private void give(List<Map<String, AttributeValue>> items, Consumer<Registration> registrations) {
        for (Map<String, AttributeValue> item : items) {
            Registration registration = decode(item);
            if (registration == null) {
                continue;
            }
            ended.add(item, registration);
            if (retention.isKept(registration)) {
                registrations.accept(registration);
            }
        }
    }

    private @Nullable Registration decode(Map<String, AttributeValue> item) {
        try {
            return codec.decode(item);
        } catch (ItemCodec.OddItemException odd) {
            skipped.add(item, odd);
            return null;
        }
    }
}
