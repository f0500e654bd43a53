package io.discovery.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lock within one process. AuditCrashTest and FileBackendProcessTest have two processes. */
class LockFileTest {

    @TempDir
    private Path dir;

    private LockFile acquire(Path folder) throws IOException {
        return LockFile.acquire(folder.resolve("lock"), IllegalStateException::new);
    }

    @Test
    void oneAtATimeHoldsTheLock() throws IOException {
        LockFile first = acquire(dir);
        assertThat(dir.resolve("lock"))
                .hasContent("pid " + ProcessHandle.current().pid());

        Path link = Files.createSymbolicLink(dir.resolve("link"), dir);
        assertThatThrownBy(() -> acquire(link)).hasMessage("another member of this process");
        assertThat(dir.resolve("lock")).isNotEmptyFile();
        first.close();
        first.close();

        acquire(dir).close();
        assertThat(dir.resolve("lock")).isEmptyFile();
    }

    @Test
    void aFileThatCannotBeOpenedCanBeTriedAgain() throws IOException {
        Files.createDirectory(dir.resolve("lock"));
        assertThatThrownBy(() -> acquire(dir)).isInstanceOf(IOException.class);

        Files.delete(dir.resolve("lock"));

        acquire(dir).close();
    }
}
