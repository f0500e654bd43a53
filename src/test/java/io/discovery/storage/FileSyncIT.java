package io.discovery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.ExternalProcess;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Program;
import io.discovery.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The flushes to the disk that a real member asks of its system: without them a power failure takes data. */
@Execution(ExecutionMode.CONCURRENT)
class FileSyncIT {

    private static final int BATCHES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

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
            try (ExternalProcess strace = trace(member, calls)) {
                for (int batch = 2; batch <= 1 + BATCHES; batch++) {
                    write(member, batch);
                }
                strace.stop();
            }
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
    private static ExternalProcess trace(MemberProcess member, Path calls) {
        ExternalProcess strace = Program.of(
                        Tools.require("strace").toString(),
                        "-f",
                        "-y",
                        "-e",
                        "trace=fsync,fdatasync",
                        "-o",
                        calls.toString(),
                        "-p",
                        Long.toString(member.pid()))
                .start("strace");
        if (!strace.becomesReady(PATIENCE, () -> strace.log().contains("attached"))) {
            Tools.skip("strace cannot follow a process here: " + strace.log());
        }
        return strace;
    }
}
