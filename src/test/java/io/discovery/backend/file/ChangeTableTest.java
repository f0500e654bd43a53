package io.discovery.backend.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.Lease;
import io.discovery.model.Version;
import io.discovery.registry.ChangeStore;
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
        backend = new FileBackend(
                directory,
                new Identity("discovery", "ip"),
                new Retention(Lease.of(Duration.ofMinutes(1)), () -> 0, () -> 0),
                Flush.EACH_BATCH);
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
        changes.write(List.of(row(1), row(3)), 100, 0);
        changes.write(List.of(row(2)), 100, 0);

        assertThat(changes.read(2)).containsExactly(row(3), row(2));
        close();
        open();
        assertThat(changes.read(10)).containsExactly(row(1), row(3), row(2));
    }

    @Test
    void theTableIsBoundedInRowsAndAge() {
        changes.write(List.of(row(1), row(2), row(3), row(4)), 3, 0);
        assertThat(changes.read(10)).containsExactly(row(2), row(3), row(4));

        changes.write(List.of(row(5)), 100, 4);
        assertThat(changes.read(10)).containsExactly(row(4), row(5));
    }

    /** Registrations are written by another connection. */
    @Test
    void registrationsAndChangesDoNotDisturbEachOther() {
        for (int i = 1; i <= 20; i++) {
            changes.write(List.of(row(i)), 100, 0);
            backend.write(
                    List.of(new Write(Fixtures.registered(Fixtures.key("payments", i), new Version(i, 1)), null)));
        }
        assertThat(changes.read(100)).hasSize(20);
        assertThat(backend.rowsWritten()).isEqualTo(20);
    }

    @Test
    void aFileThatIsGoneTakesNothingMore() throws IOException {
        changes.write(List.of(row(1)), 100, 0);
        Files.move(directory.resolve("discovery.db"), directory.resolve("elsewhere.db"));

        assertThatThrownBy(() -> changes.write(List.of(row(2)), 100, 0))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("history")
                .hasMessageContaining("moved or removed");
    }

    private static Row row(long micros) {
        return new Row(micros, "{\"time\": " + micros + "}");
    }
}
