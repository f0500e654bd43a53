package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.ScriptedMember;
import io.discovery.testing.ScriptedMember.Reply;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes of commands whose output is not read to its end. */
@Timeout(60)
class LostReaderTest {

    private final ScriptedCommands commands = new ScriptedCommands();

    @ParameterizedTest
    @ValueSource(strings = {"safe", "doctor"})
    void aVerdictThatIsNotReadIsNone(String command) {
        try (ScriptedMember server = ScriptedMember.answering(exchange -> VerdictTest.WELL)) {
            assertThat(commands.run(server, command)).isZero();
            assertThat(commands.runWithoutReader(server, command)).isEqualTo(1);
        }

        assertThat(commands.errors())
                .isEqualTo("discovery: " + command
                        + ": the reader of its output has ended, expected one that reads all of it\n");
    }

    @Test
    void aListMayBeReadInPart() {
        try (ScriptedMember server = ScriptedMember.answering(exchange -> VerdictTest.WELL)) {
            assertThat(commands.runWithoutReader(server, "members")).isZero();
            assertThat(commands.runWithoutReader(server, "members", "--help")).isZero();
        }

        assertThat(commands.errors()).isEmpty();
    }

    @Test
    void anImportThatCannotTellOfItsLinesHasFailed() {
        commands.in = "nonsense\n" + ImportTest.line("good");
        try (ScriptedMember server = ScriptedMember.inOrder()) {
            assertThat(commands.runWithoutReaderOfErrors(server, "import", "-")).isEqualTo(1);
        }

        commands.in = ImportTest.line("good");
        try (ScriptedMember server =
                ScriptedMember.inOrder(new Reply(200, Map.of(), "{\"results\": [{\"status\": 200}]}"))) {
            assertThat(commands.runWithoutReader(server, "import", "-")).isEqualTo(1);
        }
        assertThat(commands.errors()).contains("import: the reader of its output has ended");
    }

    /** A dry run prints a row for each host, of which the first ones may be enough. */
    @Test
    void aDryRunMayBeReadInPart() {
        commands.in = ImportTest.line("good");
        try (ScriptedMember server = ScriptedMember.inOrder(new Reply(200, Map.of(), "{\"hosts\": []}"))) {
            assertThat(commands.runWithoutReader(server, "import", "--dry-run", "-"))
                    .isZero();
        }
    }

    @Test
    void aFailureThatIsNotReadKeepsItsExitCode() {
        try (ScriptedMember server = ScriptedMember.answering(exchange -> Reply.refusal(503, "not ready: it loads"))) {
            assertThat(commands.runWithoutReaderOfErrors(server, "services")).isEqualTo(3);
        }
    }
}
