package io.discovery.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Lease;
import io.discovery.registry.Asker;
import io.discovery.registry.ChangeStore;
import io.discovery.registry.Fixtures;
import io.discovery.registry.Fixtures.HandClock;
import io.discovery.registry.StorageBackend.BackendException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeKeeperTest {

    private static final Duration KEEP = Duration.ofDays(7);

    private final HandClock clock = new HandClock(7);
    private final PlainStore store = new PlainStore();
    private final ChangeRecorder recorder = recorder();
    private final ChangeKeeper keeper = new ChangeKeeper(recorder, store, KEEP);

    private ChangeRecorder recorder() {
        return new ChangeRecorder(100, Lease.of(Duration.ofSeconds(10)), clock, id -> null, () -> null);
    }

    @Test
    void whatIsWrittenIsThereAfterARestart() {
        keeper.read();
        RecordedChange change = add("\"a\\u00e9\"");
        change.askedBy(new Asker("127.0.0.1", "deploy"));
        add("1.50");
        keeper.look();
        keeper.look();

        ChangeRecorder next = recorder();
        new ChangeKeeper(next, store, KEEP).read();

        assertThat(texts(next)).isEqualTo(texts(recorder)).hasSize(2);
        assertThat(next.recorded()).as("since the start").isZero();
        assertThat(texts(next).get(0)).contains("\"identity\": \"deploy\"", "\"new\": \"a\\u00e9\"");
    }

    /** It may not be known yet who asked. */
    @Test
    void aChangeIsWrittenAtTheSecondLookOrAtTheEnd() {
        keeper.read();
        add("1");
        keeper.look();
        assertThat(store.rows).isEmpty();
        keeper.look();
        assertThat(store.rows).hasSize(1);
        add("2");
        keeper.close();
        assertThat(store.rows).hasSize(2);
        assertThat(store.isClosed).isTrue();
    }

    @Test
    void changesWaitForAStoreThatFails() {
        keeper.read();
        add("1");
        keeper.look();
        store.isFailing = true;
        keeper.look();
        add("2");
        store.isFailing = false;
        keeper.look();
        keeper.look();

        assertThat(store.rows).hasSize(2);
    }

    @Test
    void whatIsTooOldIsNotRead() {
        keeper.read();
        add("1");
        keeper.close();
        clock.now.addAndGet(KEEP.toSeconds() * Fixtures.SECOND + 1);

        ChangeRecorder next = recorder();
        new ChangeKeeper(next, store, KEEP).read();

        assertThat(next.ring().size()).isZero();
    }

    @Test
    void aStoreThatCannotBeReadHasNothing() {
        store.rows.add(new ChangeStore.Row(clock.nowMicros(), "{\"id\": 1}"));
        keeper.read();
        assertThat(recorder.ring().size()).isZero();
        store.isFailing = true;
        keeper.read();
        assertThat(recorder.ring().size()).isZero();
    }

    private RecordedChange add(String value) {
        return recorder.ring()
                .add(
                        new InstanceChange(
                                new ChangeId(clock.next().micros(), 1),
                                ChangeKind.UPDATED,
                                Fixtures.key("payments", 1).service(),
                                Fixtures.key("payments", 1).address(),
                                80,
                                List.of(new FieldChange("tags.a", null, value)),
                                null,
                                "127.0.0.1:5701"),
                        clock.nowMicros());
    }

    private static List<String> texts(ChangeRecorder recorder) {
        return recorder.ring().read(any -> true).stream().map(ChangeJson::of).toList();
    }

    /** A store in memory that fails when it is told to. */
    private static final class PlainStore implements ChangeStore {
        final List<Row> rows = new ArrayList<>();
        boolean isFailing;
        boolean isClosed;

        @Override
        public List<Row> read(Bounds bounds) {
            failIfTold();
            return rows.stream()
                    .filter(row -> row.micros() >= bounds.oldestMicros())
                    .toList();
        }

        @Override
        public void write(List<Row> more, Bounds bounds) {
            failIfTold();
            rows.addAll(more);
        }

        private void failIfTold() {
            if (isFailing) {
                throw new BackendException("told to fail", new IllegalStateException());
            }
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}
