package io.discovery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.ExternalProcess;
import io.discovery.testing.Program;
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
