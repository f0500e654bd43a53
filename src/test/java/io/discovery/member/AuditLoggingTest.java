package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.discovery.audit.AuditVerification;
import io.discovery.testing.TestMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The audit log of a member, by its settings. */
class AuditLoggingTest {

    @TempDir
    private Path dir;

    @Test
    void memberLogsItsStartsAndStops() throws IOException {
        Path file = dir.resolve("logs/audit.log");
        for (int i = 0; i < 2; i++) {
            TestMember.start(Map.of("AUDIT_LOG", file.toString())).close();
        }

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).contains("\"action\": \"start\"", "\"seq\": 1,", "version ");
        assertThat(lines.get(3)).contains("\"action\": \"stop\"", "\"seq\": 4,");
        assertThat(AuditVerification.of(List.of(file.toString())))
                .returns(0, AuditVerification::exitCode)
                .extracting(AuditVerification::text)
                .asString()
                .startsWith("whole: lines 1 to 4 in 1 files, torn places 0\n");
    }

    @Test
    void logOfTheMemberTakesTheLinesToo() {
        Logger logger = (Logger) LoggerFactory.getLogger("audit");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        // As logback.xml has it; tests have a file of their own.
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try {
            TestMember.start(Map.of("AUDIT_LOG", "log", "LOG_LEVEL", "ERROR")).close();
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .hasSize(2)
                .allMatch(line -> line.startsWith("{\"seq\": ") && line.endsWith("}"));
    }

    @Test
    void otherFileEndsTheStartWithTheReason() throws IOException {
        Path file = Files.writeString(dir.resolve("notes"), "not an audit log\n");

        assertThatThrownBy(() -> TestMember.startWithoutWaiting(Map.of("AUDIT_LOG", file.toString())))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("AUDIT_LOG: given " + file);
    }

    @Test
    void memberWithoutAnAuditLogHasNoMetersOfOne() {
        try (TestMember member = TestMember.start(Map.of())) {
            assertThat(member.client().get("/metrics").body()).doesNotContain("discovery_audit");
        }
    }
}
