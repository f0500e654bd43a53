package io.discovery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The budget of waiting events, and the gap where some were lost. */
class AuditQueueTest {

    private static final long SIZE = Events.weight("host-0").bytes();

    @Test
    void writerIsToldOnceUntilTheQueueIsEmptyAgain() {
        AuditQueue queue = new AuditQueue(10 * SIZE);

        assertThat(queue.add(Events.weight("host-0"))).isTrue();
        assertThat(queue.add(Events.weight("host-1"))).isFalse();

        queue.written(2);
        assertThat(queue.add(Events.weight("host-2"))).isTrue();
    }

    @Test
    void gapStandsWhereEventsWereLost() {
        AuditQueue queue = new AuditQueue(3 * SIZE);
        Events.some(5).forEach(queue::add);
        assertThat(queue.lost()).isEqualTo(2);

        assertThat(queue.next(Instant.EPOCH)).hasSize(3);
        queue.written(2);
        queue.add(Events.weight("host-9"));
        assertThat(hosts(queue.next(Instant.EPOCH))).containsExactly("host-2");
        queue.written(1);

        List<AuditEvent> rest = queue.next(Instant.EPOCH);
        assertThat(rest.get(0).subject().action()).isEqualTo("lost");
        assertThat(rest.get(0).change().after()).isEqualTo(Map.of("events", "2"));
        assertThat(hosts(rest)).containsExactly("", "host-9");
        assertThat(hosts(queue.next(Instant.EPOCH))).containsExactly("", "host-9");
        queue.written(2);
        assertThat(queue.next(Instant.EPOCH)).isEmpty();
    }

    @Test
    void everyEventIsWrittenOrCountedByALine() {
        AuditQueue queue = new AuditQueue(20 * SIZE);
        List<AuditEvent> written = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            queue.add(Events.weight("host-" + i % 10));
            if (i % 7 == 0) {
                List<AuditEvent> next = queue.next(Instant.EPOCH);
                int count = Math.min(3, next.size());
                written.addAll(next.subList(0, count));
                queue.written(count);
            }
        }
        for (List<AuditEvent> next = queue.next(Instant.EPOCH); !next.isEmpty(); next = queue.next(Instant.EPOCH)) {
            written.addAll(next);
            queue.written(next.size());
        }

        long told = written.stream()
                .filter(event -> event.subject().action().equals("lost"))
                .mapToLong(AuditQueueTest::count)
                .sum();
        long whole = written.stream()
                .filter(event -> !event.subject().action().equals("lost"))
                .count();
        assertThat(told).isEqualTo(queue.lost()).isPositive();
        assertThat(told + whole).isEqualTo(1_000);
    }

    @Test
    void closedQueueCountsWhatItLoses() {
        AuditQueue queue = new AuditQueue(10 * SIZE);
        queue.add(Events.weight("host-0"));

        assertThat(queue.close()).isEqualTo(1);
        queue.add(Events.weight("host-1"));
        queue.written(1);

        assertThat(queue.lost()).isEqualTo(2);
        assertThat(queue.size()).isZero();
    }

    private static long count(AuditEvent lost) {
        Map<String, String> after = lost.change().after();
        return after == null ? 0 : Long.parseLong(after.getOrDefault("events", "0"));
    }

    private static List<String> hosts(List<AuditEvent> events) {
        return events.stream().map(event -> event.subject().host()).toList();
    }
}
