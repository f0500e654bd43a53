package io.discovery.registry;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Registration;
import io.discovery.model.Version;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** RETENTION is 140 s, and the row was written at 1,000 s. */
class RetentionTest {

    private static final long ENDS = 1_140 * SECOND;

    private final AtomicLong now = new AtomicLong(1_000 * SECOND);
    private final AtomicLong proven = new AtomicLong(Long.MIN_VALUE);
    private final Retention retention = new Retention(LEASE, now::get, proven::get);
    private final Registration row = writtenAt(1_000 * SECOND);

    @Test
    void aRowCountsUntilItsRetentionEnds() {
        assertThat(retention.keptUntil(row)).isEqualTo(ENDS);

        now.set(ENDS - 1);
        assertThat(retention.isKept(row)).isTrue();
        assertThat(retention.beside(row, row)).isEqualTo(row);

        now.set(ENDS);
        assertThat(retention.isKept(row)).isFalse();
        assertThat(retention.beside(row, row)).isNull();
        assertThat(retention.beside(row, null)).isNull();
    }

    /** A removed row cannot be restored when the clock turns out to have been wrong. */
    @Test
    void aRowIsRemovedOnlyByAProvenClock() {
        now.set(2 * ENDS);
        assertThat(retention.isRemovable(row)).isFalse();

        proven.set(ENDS - 1);
        assertThat(retention.isRemovable(row)).isFalse();

        proven.set(ENDS);
        assertThat(retention.isRemovable(row)).isTrue();
    }

    @Test
    void theLastVersionThatHasEndedIsOneRetentionEarlier() {
        assertThat(retention.lastVersionEndedAt(ENDS)).isEqualTo(1_000 * SECOND);
        assertThat(retention.lastVersionEndedAt(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(retention.lastVersionEndedAt(Long.MIN_VALUE + 140 * SECOND + 7))
                .isEqualTo(Long.MIN_VALUE + 7);
    }

    @Test
    void aRowOfAClockThatRanAheadReplacesNothing() {
        Registration ahead = writtenAt(1_100 * SECOND);

        Registration counted = Objects.requireNonNull(retention.beside(row, ahead));

        assertThat(counted.mergedInto(row)).isEqualTo(row);
    }

    @Test
    void aRowWhoseLeaseHadEndedBringsNoTags() {
        Registration inTime = writtenAt(1_010 * SECOND);
        Registration late = writtenAt(1_010 * SECOND + 1);

        assertThat(retention.beside(inTime, row)).isEqualTo(row);
        assertThat(Objects.requireNonNull(retention.beside(late, row)).tags().list())
                .isEmpty();
    }

    private static Registration writtenAt(long micros) {
        return registered(key("payments", 1), new Version(micros, 1));
    }
}
