package io.discovery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.ExternalProcess;
import io.discovery.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes, again and again. */
@Timeout(120)
class AuditCrashTest {

    private static final int ROUNDS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void killLeavesAWholeChain() {
        TestLog log = new TestLog(folder);
        for (int round = 0; round < ROUNDS; round++) {
            int before = log.files().size();
            try (ExternalProcess process = program(log.path()).start("the program that records")) {
                await().atMost(PATIENCE).until(() -> {
                    process.assertAlive();
                    return log.files().size() >= before + 2;
                });
                process.kill();
            }

            ChainCheck.Outcome outcome = log.check();
            assertThat(outcome.fault()).isNull();
            assertThat(outcome.firstSeq()).isEqualTo(1);
        }
    }

    /** A limit on the size of files cuts a write in the middle, as a disk does that fills up. */
    @Test
    void writeThatStopsInTheMiddleOfALineIsTold() throws IOException {
        TestLog log = new TestLog(folder);
        String command =
                "ulimit -f 150; exec " + String.join(" ", program(log.path()).command());
        try (ExternalProcess process = Program.of("bash", "-c", command).start("the program with a limit")) {
            await().atMost(PATIENCE).until(() -> {
                process.assertAlive();
                return process.log().contains("the audit log cannot be written: File too large");
            });
            process.kill();
        }
        assertThat(Files.size(log.path())).isEqualTo(150 * 1_024);
        ChainCheck.Outcome before = log.check();
        assertThat(before.fault()).isNull();
        assertThat(before.unendedBytes()).isPositive();

        AuditFile file = log.open(1_000_000, new RotatedFiles.Keep(Duration.ofDays(1), 10));
        TestLog.append(file, 3);
        file.close();

        assertThat(log.assertWhole(before.end().seq() + 3).tornPlaces()).isEqualTo(1);
    }

    @Test
    void otherProcessIsKeptOutByName() {
        TestLog log = new TestLog(folder);
        try (ExternalProcess process = program(log.path()).start("the program that records")) {
            await().atMost(PATIENCE).until(() -> {
                process.assertAlive();
                return !log.files().isEmpty();
            });

            assertThat(program(log.path()).run(PATIENCE).errors())
                    .contains("which is in use by another process, pid " + process.pid());
        }
    }

    private static Program program(Path path) {
        return Program.ofJdk(
                "java",
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                RecordingProgram.class.getName(),
                path.toString());
    }
}
