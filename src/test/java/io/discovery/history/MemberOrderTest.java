package io.discovery.history;

import static io.discovery.history.HistoryScript.OK;
import static io.discovery.history.HistoryScript.ms;
import static io.discovery.history.HistoryScript.seen;
import static io.discovery.history.HistoryScript.seenAt;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.history.History.Loss;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Histories in which a member shows one client first one list and then another. */
class MemberOrderTest {

    private final HistoryScript script = new HistoryScript();

    @Test
    void anOlderRegistrationAfterANewerOne() {
        registerTwice();
        script.read(1, 20, seen("r2", ""));
        script.read(1, 30, seen("r1", ""));

        assertThat(script.broken()).containsExactly(Promise.NO_MEMBER_GOES_BACK);
    }

    @Test
    void anOlderRegistrationAtAnotherMember() {
        registerTwice();
        script.read(1, 20, seen("r2", ""));
        script.read(2, 30, seen("r1", ""));

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void anOlderRegistrationAfterTheMemberLostItsMemory() {
        registerTwice();
        script.read(1, 20, seen("r2", ""));
        script.add(new Loss(1, ms(27)));
        script.read(1, 30, seen("r1", ""));

        assertThat(script.broken()).isEmpty();
    }

    private void registerTwice() {
        script.register(0, 0, "r1", OK);
        script.register(0, 10, "r2", OK);
    }

    @Test
    void anOlderCheckIn() {
        script.register(0, 0, "r1", OK);
        script.register(0, 10, "r1", OK);
        script.read(1, 20, seenAt("r1", "10.2"));
        script.read(1, 30, seenAt("r1", "10.1"));

        assertThat(script.broken()).containsExactly(Promise.NO_MEMBER_GOES_BACK);
    }

    @Test
    void aHostThatIsBackWithoutACheckIn() {
        script.register(0, 0, "r1", OK);
        script.deregister(0, 10, OK);
        script.read(1, 20, seenAt("r1", "10.1"));
        script.read(1, 30, Map.of());
        script.read(1, 40, seenAt("r1", "10.1"));

        assertThat(script.broken()).containsExactly(Promise.NO_MEMBER_GOES_BACK);
    }

    @Test
    void aHostThatIsBackWithACheckIn() {
        script.register(0, 0, "r1", OK);
        script.deregister(0, 10, OK);
        script.read(1, 20, seenAt("r1", "10.1"));
        script.read(1, 30, Map.of());
        script.register(0, 35, "r1", OK);
        script.read(1, 50, seenAt("r1", "10.3"));

        assertThat(script.broken()).isEmpty();
    }
}
