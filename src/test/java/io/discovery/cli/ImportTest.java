package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.discovery.testing.ScriptedMember;
import io.discovery.testing.ScriptedMember.Reply;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports of files that members or the command itself refuse in part. */
@Timeout(60)
class ImportTest {

    private final ScriptedCommands commands = new ScriptedCommands();

    static String line(String service) {
        return "{\"service\": \"" + service
                + "\", \"ip_address\": \"127.0.0.1\", \"port\": 1, \"revision\": \"1\", \"tags\": {}}\n";
    }

    @Test
    void aLineThatIsTooLongIsRefusedAndTheOthersAreTaken() {
        String host =
                "{\"service\": \"a\", \"ip_address\": \"127.0.0.1\", \"port\": 1, \"revision\": \"1\", \"tags\": {}}";
        commands.in = host + "\n" + "x".repeat(LineReader.LONGEST + 1) + "\n" + host + "\n";
        Reply two = new Reply(200, Map.of(), "{\"results\": [{\"status\": 200}, {\"status\": 200}]}");

        try (ScriptedMember server = ScriptedMember.inOrder(two)) {
            assertThat(commands.run(server, "import", "-")).isEqualTo(1);
        }

        assertThat(commands.output()).isEqualTo("registered 2 hosts\n");
        assertThat(commands.errors())
                .contains("line 2 is refused: it has more than 262144 bytes")
                .contains("1 line was refused; the others were taken.");
    }

    @Test
    void aServerThatRefusesAllWithoutAWordEndsAnImport() {
        commands.in = line("a") + line("b");

        try (ScriptedMember server = ScriptedMember.inOrder(new Reply(400, Map.of(), "<html>"))) {
            assertThat(commands.run(server, "import", "-")).isEqualTo(1);
        }

        assertThat(commands.errors()).contains("refuses with 400").hasLineCount(1);
    }

    @Test
    void aDryRunTakesNoLines() {
        commands.in = "nonsense\n";

        try (ScriptedMember server = ScriptedMember.inOrder()) {
            assertThat(commands.run(server, "import", "--dry-run", "-")).isEqualTo(1);
        }

        assertThat(commands.errors())
                .contains("1 line was refused; the others were compared, and members may still refuse some.");
    }

    @Test
    void anImportOfAnotherFileShowsNoneOfIt() {
        commands.in = "s3cret\n\"s3cret\"\n{\"s3cret\": s3cret}\n{\"s3cret\": \"s3cret\"}\n";

        try (ScriptedMember server = ScriptedMember.inOrder()) {
            assertThat(commands.run(server, "import", "-")).isEqualTo(1);
        }

        assertThat(commands.errors())
                .contains(
                        "line 1 is refused: it is no JSON object, expected a host as export writes it",
                        "line 2 is refused: it is no JSON object, expected",
                        "line 3 is refused: it is no JSON object, expected",
                        "line 4 is refused: it has no service")
                .doesNotContain("s3cret");
    }

    @Test
    void aServiceWithASlashIsRefusedAndTheOtherLinesAreCompared() {
        commands.in = line("imp/10.2.0.1") + line("") + line("half\\ud800") + line("good");

        try (ScriptedMember server = ScriptedMember.answering(
                exchange -> new Reply(200, Map.of(), "{\"service\": \"good\", \"hosts\": []}"))) {
            assertThat(commands.run(server, "import", "--dry-run", "-")).isEqualTo(1);
        }

        assertThat(commands.output()).containsPattern("new +good +127.0.0.1 +1");
        assertThat(commands.errors())
                .contains(
                        "line 1 (imp/10.2.0.1 127.0.0.1) is refused: service: given 'imp/10.2.0.1'",
                        "line 2 ( 127.0.0.1) is refused: service: given ''",
                        "line 3 is refused: it has half of a character",
                        "3 lines were refused");
    }

    @Test
    void aServiceThatAMemberRefusesEndsNoComparison() {
        commands.in = line("long") + line("good");

        try (ScriptedMember server =
                ScriptedMember.inOrder(Reply.refusal(414, "too long"), new Reply(200, Map.of(), "{\"hosts\": []}"))) {
            assertThat(commands.run(server, "import", "--dry-run", "-")).isEqualTo(1);
        }

        assertThat(commands.output()).contains("good");
        assertThat(commands.errors()).contains("line 1 (long 127.0.0.1) is refused: too long");
    }

    /** Answers as a registry with one host at port 2, which has gone since its list was read. */
    private static Reply keyedByPort(HttpExchange exchange) {
        return switch (exchange.getRequestURI().getPath()) {
            case "/v1/registration/a" ->
                new Reply(
                        200,
                        Map.of(),
                        "{\"hosts\": [{\"service\": \"a\", \"ip_address\": \"127.0.0.1\", \"port\": 2}]}");
            case "/v1/services/overview" ->
                new Reply(200, Map.of(), "{\"services\": [], \"instance_key\": \"ip_port\"}");
            default -> Reply.refusal(404, "no host 127.0.0.1:2 is registered for service a");
        };
    }

    @Test
    void aHostThatGoesMeanwhileChangesNoMeaningOfPorts() {
        commands.in = line("a");

        try (ScriptedMember server = ScriptedMember.answering(ImportTest::keyedByPort)) {
            assertThat(commands.run(server, "import", "--dry-run", "-")).isZero();
        }

        assertThat(commands.output()).containsPattern("new +a +127.0.0.1 +1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"error\": \"too many reads\"}", "{\"services\": []}"})
    void anAnswerThatDoesNotTellTheMeaningOfPortsEndsAComparison(String body) {
        commands.in = line("a");

        try (ScriptedMember server = ScriptedMember.answering(
                exchange -> exchange.getRequestURI().getPath().equals("/v1/registration/a")
                        ? keyedByPort(exchange)
                        : new Reply(body.contains("error") ? 429 : 200, Map.of(), body))) {
            assertThat(commands.run(server, "import", "--dry-run", "-")).isEqualTo(1);
        }

        assertThat(commands.errors()).hasLineCount(1).containsPattern("too many reads|expected ip or ip_port");
    }
}
