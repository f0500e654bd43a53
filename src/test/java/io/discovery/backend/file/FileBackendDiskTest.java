package io.discovery.backend.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.discovery.model.Registration;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import io.discovery.registry.StorageBackendContract;
import io.discovery.testing.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file on a disk of its own, small enough to fill. The test needs the right to mount one, and is skipped without it.
 */
class FileBackendDiskTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int DISK_BYTES = 4 << 20;

    @TempDir
    Path disk;

    @TempDir
    Path elsewhere;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        // Loaded from elsewhere, so that the library takes no space here.
        NativeLibrary.load(elsewhere);
        mounted = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "tmpfs", disk.toString());
        assumeTrue(mounted, "SKIPPED: what a full or read-only disk does; it takes the right to mount a tmpfs");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    @Test
    void aFullDiskFailsTheWriteAndNothingIsLostOnceThereIsSpace() throws Exception {
        try (FileBackend backend = FileBackendProcess.backend(disk)) {
            backend.open();
            StorageBackendContract.put(backend, FileBackendProcess.batch(1));
            Path filler = disk.resolve("filler");
            fill(filler);

            int failedAt = firstFailure(backend);
            assertThat(scan(backend)).hasSize(FileBackendProcess.BATCH * failedAt - FileBackendProcess.BATCH);
            assertThatThrownBy(() -> StorageBackendContract.put(backend, FileBackendProcess.batch(1000)))
                    .isInstanceOf(BackendException.class);

            Files.delete(filler);
            assertThat(StorageBackendContract.put(backend, FileBackendProcess.batch(1000)))
                    .isEmpty();
            assertThat(scan(backend)).containsAll(FileBackendProcess.batch(1000));
        }
    }

    @Test
    void aStartOnAFullDiskSaysSo() throws Exception {
        fill(disk.resolve("filler"));

        assertThatThrownBy(() -> FileBackendProcess.backend(disk).open())
                .isInstanceOf(UnusableBackendException.class)
                .hasMessageContaining(disk.toString())
                .hasMessageContaining("space");
    }

    @Test
    void aStartOnAReadOnlyDiskSaysSo() throws Exception {
        assertThat(run("mount", "-o", "remount,ro", disk.toString())).isTrue();

        assertThatThrownBy(() -> FileBackendProcess.backend(disk).open())
                .isInstanceOf(UnusableBackendException.class)
                .hasMessageContaining(disk + " cannot be used")
                .hasMessageContaining("Read-only");
    }

    /** @return the number of the batch that did not fit */
    private static int firstFailure(FileBackend backend) {
        for (int number = 2; ; number++) {
            List<Registration> batch = renumbered(number);
            try {
                StorageBackendContract.put(backend, batch);
            } catch (BackendException full) {
                assertThat(full).hasMessageContaining("disk is full").hasMessageContaining(DatabaseFile.FILE);
                return number;
            }
        }
    }

    /** Returns a batch of new registrations only, so that the number of batches tells the number of rows. */
    private static List<Registration> renumbered(int number) {
        return FileBackendProcess.batch(3 * number + 1);
    }

    private static void fill(Path filler) throws IOException {
        try (OutputStream output = Files.newOutputStream(filler)) {
            for (int written = 0; written <= DISK_BYTES; written += 4_096) {
                output.write(new byte[4_096]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static List<Registration> scan(FileBackend backend) {
        List<Registration> registrations = new ArrayList<>();
        backend.scan(registrations::add);
        return registrations;
    }

    private static boolean run(String... command) {
        return Program.of(command).run(PATIENCE).exitCode() == 0;
    }
}
