package io.discovery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What a power failure would take, as far as a test can see it: what a real member asks its system to flush to the
 * disk.
 */
@Execution(ExecutionMode.CONCURRENT)
class FileSyncIT {

    private static final int BATCHES = 3;

    @TempDir
    private Path dir;

    @BeforeAll
    static void needsStrace() {
        Tools.require("strace");
    }

    @Test
    void eachBatchIsFlushedToTheDisk() throws Exception {
        assertThat(flushesOfTheLog("on")).hasSizeGreaterThanOrEqualTo(BATCHES);
    }

    @Test
    void withoutFileSyncNoBatchIs() throws Exception {
        assertThat(flushesOfTheLog("off")).isEmpty();
    }

    private List<String> flushesOfTheLog(String fileSync) throws Exception {
        Map<String, String> settings =
                Map.of("BACKEND_STORAGE", "InFile", "APPLICATION_DIR", dir.toString(), "FILE_SYNC", fileSync);
        Path calls = dir.resolve("calls");
        try (MemberProcess member = MemberProcess.start(settings)) {
            // A new log begins with a head that SQLite flushes in any case.
            write(member, 1);
            Process strace = trace(member, calls);
            for (int batch = 2; batch <= 1 + BATCHES; batch++) {
                write(member, batch);
            }
            strace.destroy();
            assertThat(strace.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        return Files.readAllLines(calls).stream()
                .filter(line -> line.contains("sync(") && line.contains("discovery.db-wal"))
                .toList();
    }

    private static void write(MemberProcess member, int batch) {
        member.client().register("flushed", "127.1.0." + batch);
        await().until(() -> member.client().metric("discovery_backend_written_total") == batch);
    }

    /** Follows all threads of the member; skips the test where the system does not permit that. */
    private Process trace(MemberProcess member, Path calls) throws IOException, InterruptedException {
        Path messages = dir.resolve("strace");
        Process strace = new ProcessBuilder(
                        Tools.require("strace").toString(),
                        "-f",
                        "-y",
                        "-e",
                        "trace=fsync,fdatasync",
                        "-o",
                        calls.toString(),
                        "-p",
                        Long.toString(member.pid()))
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !strace.isAlive() || Files.readString(messages).contains("attached"));
        if (!strace.isAlive()) {
            Tools.skip("strace cannot follow a process here: " + Files.readString(messages));
        }
        return strace;
    }
}
