package io.discovery.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.ProgramRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The audit log of the built program, and its check. */
@Timeout(120)
class AuditProgramIT {

    private static final int MEGABYTE = 1_048_576;

    @TempDir
    private Path dir;

    @Test
    void chainOfAMemberThatWasKilledIsWholeUntilItIsChanged() throws IOException {
        Path file = dir.resolve("audit.log");
        Map<String, String> settings = Map.of("AUDIT_LOG", file.toString());
        try (MemberProcess member = MemberProcess.start(settings)) {
            member.kill();
        }
        try (MemberProcess member = MemberProcess.start(settings)) {
            assertThat(member.stop()).isZero();
            assertThat(member.log()).contains("the audit log ends with line 3, whose hash is ");
        }

        ProgramRun whole = verify(file);
        assertThat(whole.output()).startsWith("whole: lines 1 to 3 in 1 files, torn places 0\n");
        assertThat(whole.exitCode()).isZero();

        String text = Files.readString(file);
        Files.writeString(file, text.replaceFirst("start", "stari"));
        ProgramRun broken = verify(file);
        assertThat(broken.output()).startsWith("broken: " + file + ", line 2: expected seq 2, prev ");
        assertThat(broken.exitCode()).isEqualTo(1);
    }

    @Test
    void secondMemberOnTheSameFileEndsWithTheReason() {
        Path file = dir.resolve("audit.log");
        try (MemberProcess member = MemberProcess.start(Map.of("AUDIT_LOG", file.toString()))) {
            ProgramRun second = ProgramRun.ofMember(Map.of("AUDIT_LOG", file.toString()));

            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.errors())
                    .endsWith("discovery cannot start: AUDIT_LOG: given " + file
                            + ", which is in use by another process, pid " + member.pid()
                            + "; expected a file of this member's own: stop the other one, or name another file\n");
        }
    }

    /** A file of a gigabyte that has no line feed takes no gigabyte of memory. */
    @Test
    void lineOfAGigabyteIsRefused() throws IOException {
        Path file = dir.resolve("audit.log");
        try (RandomAccessFile hole = new RandomAccessFile(file.toFile(), "rw")) {
            hole.setLength(1_024L * MEGABYTE);
            hole.seek(0);
            hole.write("{\"seq\": 1".getBytes(StandardCharsets.US_ASCII));
        }

        ProgramRun run = ProgramRun.of(Map.of("JAVA_TOOL_OPTIONS", "-Xmx32m"), "--verify-audit", file.toString());
        assertThat(run.output())
                .startsWith(
                        "broken: " + file + ", line 1: expected a line of at most 1048576 bytes; found a longer one\n");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void checkNeedsFilesThatItCanRead() {
        ProgramRun none = ProgramRun.of(Map.of(), "--verify-audit");
        assertThat(none.errors())
                .isEqualTo("discovery: given --verify-audit without a file, expected the files of an audit log\n");
        assertThat(none.exitCode()).isEqualTo(2);

        ProgramRun missing = verify(dir.resolve("missing"));
        assertThat(missing.output())
                .contains("cannot be read", dir.resolve("missing").toString());
        assertThat(missing.exitCode()).isEqualTo(1);
    }

    private static ProgramRun verify(Path file) {
        return ProgramRun.of(Map.of(), "--verify-audit", file.toString());
    }
}
