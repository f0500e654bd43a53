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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** The endpoint answers nothing: a command that asks it ends with 3. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hosts|",
                "hosts|repo/x",
                "hosts|pay/10.0.0.1:9000",
                "host|",
                "host|10.0.0.1/24",
                "host|10.0.0.1:0",
                "host|10.0.0.1:",
                "host|localhost",
                "host|fe80::1%eth0",
                "register||10.0.0.1|-p1|-r1",
                "register|pay|10.0.0.1:2|-p1|-r1",
                "register|pay|10.0.0.1|-p0|-r1",
                "register|pay|10.0.0.1|-p1|-r|",
                "register|pay|10.0.0.1|-p1|-r1|-t|=x",
                "register|pay|10.0.0.1|-p1|-r1|-t|az",
                "register|pay|10.0.0.1|-p1|-r1|-t|az=a|-t|az=b",
                "register|pay|10.0.0.1|-p1|-r1|-t|az=a|--json-tag|az=1",
                "register|pay|10.0.0.1|-p1|-r1|--json-tag|az=\"\\ud800\"",
                "deregister|pay|",
                "deregister|pay/x|10.0.0.1",
                "weight|pay/10.0.0.1:9000|--all|5",
                "weight|pay||5",
                "weight||--all|5",
                "weight|pay|10.0.0.1|0",
                "weight|pay|--all|101",
                "drain|pay|10.0.0.1/x",
                "undrain|pay|10.0.0.1|500",
                "undrain|pay|10.0.0.1|x",
                "watch|",
                "watch|a/b",
                "watch|--ip|",
                "changes|--service|",
                "changes|--service=",
                "changes|--ip|",
                "changes|--since|",
                "changes|--since|10x",
                "changes|--since|-5m",
                "changes|--limit|0",
                "changes|--limit|1001",
                "export|--service|",
                "export|-s|a/b",
                "export|"
            })
    void aParameterThatCannotBeUsedIsNamedAndNoMemberIsAsked(String line) {
        int exitCode = run(Map.of("DISCOVERY_ENDPOINTS", "http://127.0.0.1:1"), List.of(), line.split("\\|", -1));

        assertThat(exitCode).isEqualTo(2);
        assertThat(errors())
                .hasLineCount(1)
                .containsPattern("given|is given twice|has half of a character")
                .contains("expected");
    }

    @Test
    void aFileOfTlsThatHoldsSomethingElseIsNamed(@TempDir Path dir) throws IOException {
        Path key = Files.writeString(
                dir.resolve("srv.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        assertThat(run("services", "--ca", key.toString())).isEqualTo(2);
        assertThat(errors()).contains(key + " has no certificate", "it has PRIVATE KEY");
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
        assertThat(ChangesCommand.time("999999999d", now)).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(ChangesCommand.time("2026-11-27T15:00:00Z", now)).isEqualTo("2026-11-27T15:00:00Z");
        assertThat(ChangesCommand.time("1795791600123456-4be89f55c1fd2ac0", now))
                .isEqualTo("1795791600123456-4be89f55c1fd2ac0");
    }
}
