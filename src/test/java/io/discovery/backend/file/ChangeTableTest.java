package io.discovery.backend.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.Lease;
import io.discovery.model.Version;
import io.discovery.registry.ChangeStore;
import io.discovery.registry.ChangeStore.Bounds;
import io.discovery.registry.ChangeStore.Row;
import io.discovery.registry.Fixtures;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeTableTest {

    @TempDir
    private Path directory;

    private FileBackend backend;
    private ChangeStore changes;

    @BeforeEach
    void open() {
        backend = backend("discovery");
        backend.open();
        changes = backend.changes().orElseThrow();
    }

    @AfterEach
    void close() {
        changes.close();
        backend.close();
    }

    @Test
    void theNewestAreReadInTheirOrder() {
        changes.write(List.of(row(1), row(3)), within(100, 0));
        changes.write(List.of(row(2)), within(100, 0));

        assertThat(changes.read(within(2, 0))).containsExactly(row(3), row(2));
        close();
        open();
        assertThat(changes.read(within(10, 0))).containsExactly(row(1), row(3), row(2));
    }

    @Test
    void theTableIsBoundedInRowsAndAge() {
        changes.write(List.of(row(1), row(2), row(3), row(4)), within(3, 0));
        assertThat(changes.read(within(10, 0))).containsExactly(row(2), row(3), row(4));

        changes.write(List.of(row(5)), within(100, 4));
        assertThat(changes.read(within(10, 0))).containsExactly(row(4), row(5));
    }

    /** Twenty thousand large changes would be more than the heap of a member. */
    @Test
    void theTableIsBoundedInBytes() {
        int length = row(1).json().length();
        changes.write(List.of(row(1), row(2), row(3), row(4)), new Bounds(100, 3L * length, 0));
        assertThat(changes.read(within(100, 0))).containsExactly(row(2), row(3), row(4));

        close();
        open();
        changes.write(List.of(row(5)), new Bounds(100, 3L * length, 0));
        assertThat(changes.read(within(100, 0))).containsExactly(row(3), row(4), row(5));
        changes.write(List.of(row(6)), new Bounds(2, 3L * length, 0));
        changes.write(List.of(row(7)), new Bounds(100, 3L * length, 0));
        assertThat(changes.read(within(100, 0))).containsExactly(row(5), row(6), row(7));
    }

    /** An earlier version bounded the number of rows alone. */
    @Test
    void noMoreIsReadThanThereIsRoomFor() {
        changes.write(List.of(row(1), row(2), row(3), row(4)), within(100, 0));

        assertThat(changes.read(new Bounds(100, 2L * row(1).json().length(), 0)))
                .containsExactly(row(3), row(4));
        assertThat(changes.read(within(100, 4))).containsExactly(row(4));
    }

    /** Registrations are written by another connection. */
    @Test
    void registrationsAndChangesDoNotDisturbEachOther() {
        for (int i = 1; i <= 20; i++) {
            changes.write(List.of(row(i)), within(100, 0));
            backend.write(
                    List.of(new Write(Fixtures.registered(Fixtures.key("payments", i), new Version(i, 1)), null)));
        }
        assertThat(changes.read(within(100, 0))).hasSize(20);
        assertThat(backend.rowsWritten()).isEqualTo(20);
    }

    @Test
    void aFileThatIsGoneTakesNothingMore() throws IOException {
        changes.write(List.of(row(1)), within(100, 0));
        Files.move(directory.resolve("discovery.db"), directory.resolve("elsewhere.db"));

        assertThatThrownBy(() -> changes.write(List.of(row(2)), within(100, 0)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("history")
                .hasMessageContaining("moved or removed");
    }

    @Test
    void theFileOfAnotherClusterTakesNothing() throws IOException {
        changes.write(List.of(row(1)), within(100, 0));
        close();
        Files.move(directory.resolve("discovery.db"), directory.resolve("elsewhere.db"));
        FileBackend other = backend("another");
        other.open();
        other.close();

        assertThatThrownBy(() -> changes.write(List.of(row(2)), within(100, 0)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("CLUSTER_NAME another");
    }

    private FileBackend backend(String cluster) {
        return new FileBackend(
                directory,
                new Identity(cluster, "ip"),
                new Retention(Lease.of(Duration.ofMinutes(1)), () -> 0, () -> 0),
                Flush.EACH_BATCH);
    }

    private static Bounds within(int rows, long oldestMicros) {
        return new Bounds(rows, 1_000_000, oldestMicros);
    }

    private static Row row(long micros) {
        return new Row(micros, "{\"time\": " + micros + "}");
    }
}
