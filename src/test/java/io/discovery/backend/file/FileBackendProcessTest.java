package io.discovery.backend.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.StorageBackendContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A file whose process is killed, and a file that several processes want. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class FileBackendProcessTest {

    private static final int ROUNDS = 3;
    private static final int BATCHES_BEFORE_THE_KILL = 40;

    @TempDir
    Path directory;

    @TempDir
    Path temporary;

    @Test
    void aKilledProcessLosesNothingItHadWritten() throws Exception {
        int written = -1;
        for (int round = 0; round < ROUNDS; round++) {
            written = writeUntilKilled(written + 1);

            Map<InstanceKey, Registration> expected = new HashMap<>();
            for (int number = 0; number <= written; number++) {
                FileBackendProcess.batch(number)
                        .forEach(registration -> expected.put(registration.key(), registration));
            }
            assertStored(expected, written);
        }
    }

    @Test
    void killedProcessesLeaveNoPileOfNativeLibrariesAndNothingElsewhere() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            writeUntilKilled(0);
        }

        assertThat(names(directory.resolve(NativeLibrary.FOLDER))).hasSize(2).anyMatch(name -> name.endsWith(".lck"));
        assertThat(names(temporary)).noneMatch(name -> name.startsWith("sqlite"));
    }

    @Test
    void aSecondProcessOnTheDirectoryIsRefusedAndToldWhoHasIt() throws Exception {
        try (FileBackend first = FileBackendProcess.backend(directory)) {
            first.open();

            try (FileBackendProcess second = FileBackendProcess.start(directory, 0, temporary);
                    BufferedReader output = second.output()) {
                assertThat(output.readLine())
                        .contains(directory + " is in use by another process, pid "
                                + ProcessHandle.current().pid() + ";");
            }

            StorageBackendContract.put(first, FileBackendProcess.batch(0));
        }
    }

    /** @return the last batch that the process said it had written */
    private int writeUntilKilled(int firstBatch) throws IOException {
        int last = -1;
        try (FileBackendProcess process = FileBackendProcess.start(directory, firstBatch, temporary);
                BufferedReader output = process.output()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                last = Integer.parseInt(line);
                if (last == firstBatch + BATCHES_BEFORE_THE_KILL) {
                    process.kill();
                }
            }
        }
        assertThat(last).isGreaterThanOrEqualTo(firstBatch + BATCHES_BEFORE_THE_KILL);
        return last;
    }

    /** A batch after the last one reported may be there too: the process died between writing and saying so. */
    private void assertStored(Map<InstanceKey, Registration> expected, int written) {
        Map<InstanceKey, Registration> stored = new HashMap<>();
        try (FileBackend backend = FileBackendProcess.backend(directory)) {
            backend.open();
            backend.scan(registration -> stored.put(registration.key(), registration));
        }
        Map<InstanceKey, Registration> unreported = new HashMap<>(expected);
        FileBackendProcess.batch(written + 1).forEach(registration -> unreported.put(registration.key(), registration));
        assertThat(List.of(expected, unreported)).contains(stored);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
