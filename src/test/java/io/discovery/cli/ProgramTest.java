package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.cli.text.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program up to the point where it would ask a member. */
class ProgramTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Map<String, String> environment, List<String> terminals, String... arguments) {
        Streams streams = new Streams(InputStream.nullInputStream(), new Output(out), new Output(err), terminals);
        return new Program(environment, streams).run(arguments);
    }

    private int run(String... arguments) {
        return run(Map.of(), List.of(), arguments);
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void helpNamesAllCommandsAndExitCodes() {
        assertThat(run("--help")).isZero();

        assertThat(output())
                .contains(
                        "services",
                        "hosts",
                        "host ",
                        "register",
                        "deregister",
                        "weight",
                        "drain",
                        "undrain",
                        "watch",
                        "changes",
                        "members",
                        "safe",
                        "clients",
                        "export",
                        "import",
                        "doctor",
                        "completion")
                .contains("DISCOVERY_ENDPOINTS", "3   no member answers")
                .doesNotContain("rehearse", "\u001b");
    }

    @Test
    void helpIsColouredOnATerminal() {
        run(Map.of(), List.of("out"), "--help");

        assertThat(output()).contains("\u001b[");
    }

    @Test
    void theManualPageAndTheCompletionNameAllCommands() {
        assertThat(run("man")).isZero();
        assertThat(output())
                .startsWith(".TH DISCOVERY 1\n.SH NAME\n")
                .contains(
                        ".SS undrain SERVICE ADDRESS[:PORT] WEIGHT\n",
                        "\\-\\-token\\-file=FILE\n",
                        ".SH EXIT STATUS\n");

        out.reset();
        assertThat(run("completion")).isZero();
        assertThat(output()).contains("_complete_discovery", "undrain", "--token-file");
    }

    @Test
    void noCommandIsAWrongUse() {
        assertThat(run()).isEqualTo(2);
        assertThat(errors()).isEqualTo("discovery: Missing required subcommand. See discovery --help\n");
    }

    @Test
    void aWrongValueIsOneLineThatSaysWhereHelpIs() {
        assertThat(run("services", "--timeout", "10")).isEqualTo(2);

        assertThat(errors())
                .startsWith("discovery: Invalid value for option '--timeout'")
                .endsWith("given '10', expected a number with ms, s, m, h or d. See discovery services --help\n");
    }

    @Test
    void anArgumentWithAnAtSignIsNoFileOfArguments(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("arguments"), "--help");

        assertThat(run("services", "@" + file)).isEqualTo(2);
        assertThat(errors()).contains("Unmatched argument", "@" + file);
        assertThat(output()).isEmpty();
    }

    @Test
    void aTokenThatCannotBeSentIsRefusedAndNotShown() {
        assertThat(run(Map.of("DISCOVERY_TOKEN", "se cret\nX: y"), List.of(), "services"))
                .isEqualTo(2);

        assertThat(errors()).contains("the token").doesNotContain("cret");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(run("services", "--token-file", "/nowhere/token")).isEqualTo(2);
        assertThat(run("services", "--ca", "/nowhere/ca.pem")).isEqualTo(2);
        assertThat(run("import", "/nowhere/export")).isEqualTo(2);

        assertThat(errors()).contains("/nowhere/token", "/nowhere/ca.pem", "there is no file /nowhere/export");
    }

    @Test
    void aFolderIsNoFileForAnExport(@TempDir Path dir) {
        Map<String, String> nowhere = Map.of("DISCOVERY_ENDPOINTS", "http://127.0.0.1:1");

        assertThat(run(nowhere, List.of(), "export", dir.toString())).isEqualTo(2);
        assertThat(run(nowhere, List.of(), "export", dir.resolve("a/b").toString()))
                .isEqualTo(2);
        assertThat(errors()).contains(dir + " is a folder", "the folder of " + dir.resolve("a/b") + " is not there");
    }

    @Test
    void aTimeMayBeHowLongAgoItWas() {
        Instant now = Instant.parse("2026-11-27T15:00:00.123456789Z");

        assertThat(ChangesCommand.time("10m", now)).isEqualTo("2026-11-27T14:50:00.123456Z");
        assertThat(ChangesCommand.time("2026-11-27T15:00:00Z", now)).isEqualTo("2026-11-27T15:00:00Z");
    }
}
