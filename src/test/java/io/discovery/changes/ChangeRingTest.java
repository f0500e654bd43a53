package io.discovery.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.changes.ChangeRing.Piece;
import io.discovery.model.IpAddress;
import io.discovery.model.ServiceName;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeRingTest {

    private static final ServiceName PAYMENTS = new ServiceName("payments");
    private static final IpAddress ADDRESS = new IpAddress("127.0.0.1");

    private final ChangeRing ring = new ChangeRing(3);

    @Test
    void keepsTheLatest() {
        add(1, 2, 3, 4, 5);

        assertThat(ring.size()).isEqualTo(3);
        assertThat(micros(ring.read(any -> true))).containsExactly(3L, 4L, 5L);
    }

    @Test
    void aReaderGoesOnWhereItWas() {
        add(1, 2);
        Piece begin = ring.read(0, ring.next(), any -> true, 1);
        assertThat(micros(begin.changes())).containsExactly(1L);
        add(3);

        Piece rest = ring.read(begin.next(), ring.next(), any -> true, 10);
        assertThat(micros(rest.changes())).containsExactly(2L, 3L);
        assertThat(rest.isWhole()).isTrue();
        assertThat(ring.read(rest.next(), ring.next(), any -> true, 10).changes())
                .isEmpty();
    }

    @Test
    void aReaderHearsThatItMissedChanges() {
        add(1, 2, 3, 4);

        Piece piece = ring.read(0, ring.next(), any -> true, 10);

        assertThat(piece.isWhole()).isFalse();
        assertThat(micros(piece.changes())).containsExactly(2L, 3L, 4L);
        assertThat(ring.read(1, ring.next(), any -> true, 10).isWhole()).isTrue();
    }

    @Test
    void aReaderPassesWhatItDoesNotWant() {
        add(1, 2, 3);

        Piece piece = ring.read(0, ring.next(), each -> each.change().id().micros() == 2, 10);

        assertThat(micros(piece.changes())).containsExactly(2L);
        assertThat(piece.next()).isEqualTo(3);
    }

    /** A change may be as large as a registration. */
    @Test
    void fewLargeChangesTakeThePlaceOfMany() {
        add(1, 2);
        ring.add(change(3, List.of(new FieldChange("tags.big", null, '"' + "x".repeat(2_400) + '"'))), 3);

        assertThat(micros(ring.read(any -> true))).containsExactly(2L, 3L);
        assertThat(ring.bytes()).isLessThanOrEqualTo(3 * 1_024);

        ring.add(change(4, List.of(new FieldChange("tags.big", null, '"' + "x".repeat(9_000) + '"'))), 4);
        assertThat(micros(ring.read(any -> true))).containsExactly(4L);
    }

    /** Names of services may be long, and beyond Latin-1, where each character takes two bytes. */
    @Test
    void theBytesOfAChangeIncludeAllItsTexts() {
        int small = change(1, List.of()).heapBytes();
        InstanceChange wide = new InstanceChange(
                new ChangeId(1, 1),
                ChangeKind.UPDATED,
                new ServiceName("\u0436".repeat(1_000)),
                ADDRESS,
                80,
                List.of(new FieldChange("tags.\u0436", "1", "2")),
                null,
                null);

        assertThat(wide.heapBytes() - small).isBetween(2_080, 2_200);
    }

    private void add(long... micros) {
        for (long each : micros) {
            ring.add(change(each, List.of()), each);
        }
    }

    private static InstanceChange change(long micros, List<FieldChange> fields) {
        return new InstanceChange(
                new ChangeId(micros, 1), ChangeKind.UPDATED, PAYMENTS, ADDRESS, 80, fields, null, null);
    }

    private static List<Long> micros(List<RecordedChange> changes) {
        return changes.stream().map(each -> each.change().id().micros()).toList();
    }
}
