package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.ScriptedMember;
import io.discovery.testing.ScriptedMember.Reply;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that members refuse, of which an earlier attempt may have been done. */
@Timeout(60)
class RefusedCommandsTest {

    private final ScriptedCommands commands = new ScriptedCommands();

    private static final Reply UNKNOWN = Reply.refusal(503, "outcome unknown: a member was lost");
    private static final Reply NOT_READY = Reply.refusal(503, "not ready: it loads");
    private static final Reply NO_HOST = Reply.refusal(400, "no host 127.0.0.1 is registered for service payments");

    private int deregister(Reply... replies) {
        try (ScriptedMember server = ScriptedMember.inOrder(replies)) {
            return commands.run(server, "deregister", "payments", "127.0.0.1");
        }
    }

    @Test
    void aHostThatAnEarlierAttemptMayHaveRemovedIsNotRegisteredAnyMore() {
        assertThat(deregister(UNKNOWN, NO_HOST)).isZero();

        assertThat(commands.output()).isEqualTo("127.0.0.1 is not registered for payments any more\n");
    }

    @Test
    void anotherRefusalIsNoRemoval() {
        assertThat(deregister(UNKNOWN, Reply.refusal(400, "ip_address: given '127.0.0.1', which has several ports")))
                .isEqualTo(1);
        assertThat(commands.errors()).contains("which has several ports");

        assertThat(deregister(NOT_READY, NO_HOST)).isEqualTo(1);
        assertThat(commands.output()).isEmpty();
    }

    @Test
    void aRequestThatIsUnknownSaysWhatMayBe() {
        try (ScriptedMember server = ScriptedMember.answering(exchange -> new Reply(404, Map.of(), ""))) {
            assertThat(commands.run(server, "services")).isEqualTo(1);
        }

        assertThat(commands.errors()).contains("the member is of another version, or the endpoint is no member");
    }
}
