package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Markdown;
import io.discovery.testing.Markdown.Block;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Program;
import io.discovery.testing.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of src/docs/audit.md. */
@Timeout(120)
class AuditDocIT {

    private static final String JAR =
            Program.jdk("java") + " -jar " + Path.of("target", "discovery.jar").toAbsolutePath();

    @TempDir
    private Path dir;

    @Test
    void memberWritesTheFileThatThePageChecks() throws IOException {
        Path file = Files.createDirectory(dir.resolve("data")).resolve("audit.log");
        assertThat(command("AUDIT_LOG=")).isEqualTo("AUDIT_LOG=data/audit.log ./scripts/run\n");
        try (MemberProcess member = MemberProcess.start(Map.of("AUDIT_LOG", file.toString()))) {
            assertThat(member.stop()).isZero();
        }

        ProgramRun checked = bash(command("--verify-audit").replace("./scripts/run", JAR));

        assertThat(checked.output())
                .startsWith("whole: lines 1 to 2 in 1 files, torn places 0\nThe last line's hash is ");
        String byHand = bash("sed -n 2p data/audit.log | sha256sum").output();
        assertThat(checked.output()).contains("hash is " + byHand.substring(0, 64));
    }

    @Test
    void linesOfTheMembersLogAreAChain() throws IOException {
        try (MemberProcess member = MemberProcess.start(Map.of("AUDIT_LOG", "log", "LOG_LEVEL", "ERROR"))) {
            assertThat(member.stop()).isZero();
            Files.writeString(dir.resolve("member.log"), member.log());
        }

        bash(command("sed -n"));

        assertThat(ProgramRun.of(
                                Map.of(),
                                "--verify-audit",
                                dir.resolve("audit.log").toString())
                        .succeeded()
                        .output())
                .startsWith("whole: lines 1 to 2 ");
    }

    private static String command(String part) {
        return Markdown.read("src/docs/audit.md").blocks().stream()
                .map(Block::text)
                .filter(text -> text.contains(part))
                .findFirst()
                .orElseThrow();
    }

    private ProgramRun bash(String command) {
        return Program.of("bash", "-ec", "cd " + dir + " && " + command)
                .run(Duration.ofSeconds(60))
                .succeeded();
    }
}
