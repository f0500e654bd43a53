package io.discovery.cli.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.cli.http.Members.Patience;
import io.discovery.testing.ScriptedMember;
import io.discovery.testing.ScriptedMember.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class MembersTest {

    private static final Call CALL = Call.delete("/v1/registration/payments/127.0.0.1");
    private static final Reply TOO_MUCH = Reply.refusal(429, "too many writes").with("Retry-After", "1");
    private static final Reply DONE = new Reply(200, Map.of(), "{}");

    /** Returns the server as two members. */
    private static Members twice(ScriptedMember server) {
        String base = "http://127.0.0.1:" + server.port();
        return new Members(
                Endpoint.list(base + "," + base + "/second"),
                Credentials.of(Optional.empty(), Credentials.TlsFiles.NONE),
                Duration.ofSeconds(10));
    }

    @Test
    void thePausesThatAMemberWantsTakeNoneOfTheTime() {
        try (ScriptedMember server = ScriptedMember.inOrder(TOO_MUCH, TOO_MUCH, TOO_MUCH, DONE)) {
            List<Long> pauses = new ArrayList<>();

            try (Answer answer = twice(server).ask(CALL, new Patience(Duration.ofMillis(1_500), pauses::add))) {
                assertThat(answer.status()).isEqualTo(200);
            }

            assertThat(pauses).containsExactly(1L, 1L, 1L);
        }
    }

    @Test
    void withoutPatienceARefusalIsAnAnswer() {
        try (ScriptedMember server = ScriptedMember.inOrder(TOO_MUCH, DONE);
                Answer answer = twice(server).ask(CALL)) {
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.retryAfter()).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "503, not ready: it loads, false",
        "503, overloaded: 4096 changes are under way; nothing was changed, false",
        "503, outcome unknown: the registry did not finish in time, true",
        "502, a gateway knows nothing, true",
    })
    void aRefusalThatChangedNothingIsNoAttempt(int status, String error, boolean repeated) {
        try (ScriptedMember server = ScriptedMember.inOrder(Reply.refusal(status, error), DONE);
                Answer answer = twice(server).ask(CALL)) {
            assertThat(answer.repeated()).isEqualTo(repeated);
        }
    }

    @Test
    void aMemberThatIsStillLoadingGivesNoAnswerOfItsOwn() {
        try (ScriptedMember server = ScriptedMember.inOrder(Reply.refusal(503, "not ready: it loads"))) {
            Members members = twice(server);

            assertThatThrownBy(() -> members.askOne(members.endpoints().get(0), CALL))
                    .isInstanceOf(IOException.class)
                    .hasMessage("503: not ready: it loads");
        }
    }
}
