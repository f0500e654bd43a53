package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.ScriptedMember;
import io.discovery.testing.ScriptedMember.Reply;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verdicts of `safe` and `doctor` when an endpoint refuses or is silent. */
@Timeout(60)
class VerdictTest {

    private final ScriptedCommands commands = new ScriptedCommands();

    static final Reply WELL = new Reply(
            200,
            Map.of(),
            "{\"partitions_safe\": true, \"members\": [{\"id\": \"a\", \"address\": \"a\", \"answered\": true,"
                    + " \"ready\": true, \"writable\": true}, {\"id\": \"b\", \"address\": \"b\", \"answered\": true,"
                    + " \"ready\": true, \"writable\": true}]}");

    @Test
    void endpointsAreAskedAtTheSameTime() {
        CountDownLatch asked = new CountDownLatch(2);
        try (ScriptedMember server = ScriptedMember.answering(exchange -> {
            asked.countDown();
            return ScriptedCommands.reaches(asked, 5) ? WELL : Reply.refusal(503, "asked alone");
        })) {
            assertThat(commands.run(server, "safe")).isZero();
        }
    }

    /** Starts a server whose second endpoint refuses the first questions. */
    private static ScriptedMember refusingAtSecond(int status, int questions) {
        AtomicInteger left = new AtomicInteger(questions);
        return ScriptedMember.answering(exchange -> ScriptedCommands.isSecond(exchange) && left.getAndDecrement() > 0
                ? Reply.refusal(status, "not you")
                : WELL);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 429, 500})
    void anEndpointThatRefusesIsNamedAndKeepsFromARestart(int status) {
        try (ScriptedMember server = refusingAtSecond(status, 1)) {
            assertThat(commands.run(server, "safe")).isEqualTo(1);
        }

        assertThat(commands.output())
                .containsPattern("^not safe: no answer from http://127.0.0.1:[0-9]+/second \\([^/]*not you.*\\)\n$");
        assertThat(commands.errors()).isEmpty();
    }

    @Test
    void anEndpointThatRefusesForAWhileEndsNoWait() {
        try (ScriptedMember server = refusingAtSecond(500, 1)) {
            assertThat(commands.run(server, "safe", "--wait=30s")).isZero();
        }
    }

    @Test
    void anEndpointThatRefusesIsBadAndTheOtherIsExamined() {
        try (ScriptedMember server = refusingAtSecond(500, Integer.MAX_VALUE)) {
            assertThat(commands.run(server, "doctor")).isEqualTo(1);
        }

        assertThat(commands.output())
                .containsPattern(
                        "endpoints +BAD +no answer from http://127.0.0.1:[0-9]+/second \\(refuses with 500: not you")
                .containsPattern("ready +OK");
    }

    @Test
    void withoutAnyViewTheRefusalIsTold() {
        try (ScriptedMember server = ScriptedMember.answering(exchange -> Reply.refusal(401, "not you"))) {
            assertThat(commands.run(server, "doctor")).isEqualTo(1);
            assertThat(commands.run(server, "safe", "--wait")).isEqualTo(1);
        }

        assertThat(commands.errors().lines())
                .hasSize(2)
                .allMatch(line -> line.contains(" wants to know who you are (not you): name a file with a token"));
    }

    @Test
    void anEndpointThatWasSilentIsAskedOnceAndNamedMeanwhile() {
        AtomicInteger questions = new AtomicInteger();
        CountDownLatch end = new CountDownLatch(1);
        commands.terminals = List.of("err");
        try (ScriptedMember server = ScriptedMember.answering(exchange -> {
            if (ScriptedCommands.isSecond(exchange)) {
                questions.incrementAndGet();
                ScriptedCommands.reaches(end, 60);
            }
            return WELL;
        })) {
            assertThat(commands.run(server, "doctor", "--timeout", "1500ms", "-o", "jsonl"))
                    .isEqualTo(1);
            end.countDown();
        }

        assertThat(questions).hasValue(1);
        assertThat(commands.output()).contains("/second (no answer in time)");
        assertThat(commands.errors()).containsPattern("waiting for http://127.0.0.1:[0-9]+/second");
    }
}
