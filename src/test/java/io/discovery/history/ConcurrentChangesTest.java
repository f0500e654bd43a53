package io.discovery.history;

import static io.discovery.history.HistoryScript.OK;
import static io.discovery.history.HistoryScript.REFUSED;
import static io.discovery.history.HistoryScript.ms;
import static io.discovery.history.HistoryScript.seen;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.history.History.Calm;
import io.discovery.history.History.Loss;
import io.discovery.history.Operation.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Histories in which several clients change one host, at any members. */
class ConcurrentChangesTest {

    private final HistoryScript script = new HistoryScript();

    @Test
    void ofTwoRegistrationsAtOnceEitherMayBeTheLater() {
        registerAtOnce();
        script.read(0, 200, seen("r1", ""));
        assertThat(script.broken()).isEmpty();
    }

    @Test
    void ofTwoRegistrationsAtOnceTheOtherMayBeTheLater() {
        registerAtOnce();
        script.read(0, 200, seen("r2", ""));
        assertThat(script.broken()).isEmpty();
    }

    private void registerAtOnce() {
        script.add(1, 0, Kind.REGISTER, 100, 50, "r1", OK, Map.of());
        script.add(2, 0, Kind.REGISTER, 120, 10, "r2", OK, Map.of());
    }

    @Test
    void ofTwoRegistrationsOneAfterTheOtherTheLaterIsShown() {
        script.add(1, 0, Kind.REGISTER, 100, 5, "r1", OK, Map.of());
        script.add(2, 0, Kind.REGISTER, 110, 5, "r2", OK, Map.of());
        script.read(0, 200, seen("r1", ""));

        assertThat(script.broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void ofTwoWeightsAtOnceEitherMayStayButNotNone() {
        script.register(0, 0, "r1", OK);
        script.add(1, 0, Kind.WEIGH, 100, 50, "7", OK, Map.of());
        script.add(2, 0, Kind.WEIGH, 120, 10, "8", OK, Map.of());
        script.read(0, 200, seen("r1", "8"));
        assertThat(script.broken()).isEmpty();

        script.read(0, 300, seen("r1", ""));
        assertThat(script.broken()).containsExactly(Promise.WEIGHTS_STAY);
    }

    @Test
    void aRemovalAtTheSameTimeMayHaveHappenedOrNot() {
        script.add(1, 0, Kind.REGISTER, 100, 50, "r1", OK, Map.of());
        script.add(2, 0, Kind.DEREGISTER, 120, 10, "", OK, Map.of());
        script.read(0, 200, Map.of());
        script.add(2, 0, Kind.WEIGH, 210, 5, "7", REFUSED, Map.of());

        assertThat(script.broken()).isEmpty();
    }

    /** The balancer's first attempt may have removed the host, although the answer was lost. */
    @Test
    void aRemovalThatTheBalancerTriedAgainMayHaveHappened() {
        script.register(0, 0, "r1", OK);
        script.deregister(Operation.ANY, 10, REFUSED);
        script.read(0, 30, Map.of());
        assertThat(script.broken()).isEmpty();

        script.register(0, 40, "r2", OK);
        script.deregister(0, 50, REFUSED);
        script.read(0, 70, Map.of());
        assertThat(script.broken()).contains(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void aHeartbeatIsNoOtherRegistration() {
        script.register(0, 0, "r1", OK);
        script.deregister(0, 10, OK);
        script.register(0, 20, "r1", OK);
        script.read(0, 30, seen("r1", ""));
        assertThat(script.broken()).isEmpty();
    }

    @Test
    void whatWasAcknowledgedWithoutAnyFaultAllMembersShowSoon() {
        script.add(new Calm(ms(0), ms(2_000)));
        script.register(0, 100, "r1", OK);
        script.read(1, 300, Map.of());
        assertThat(script.broken()).isEmpty();

        script.read(1, 700, Map.of());
        assertThat(script.broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void whatWasAcknowledgedJustBeforeAFaultNeedNotBeEverywhere() {
        script.add(new Calm(ms(0), ms(300)));
        script.register(0, 100, "r1", OK);
        script.read(1, 700, Map.of());
        assertThat(script.broken()).isEmpty();
    }

    @Test
    void aMemberThatLostItsMemoryIsNotHeldToWhatItWasToldBefore() {
        script.add(new Calm(ms(0), ms(2_000)));
        script.register(0, 100, "r1", OK);
        script.add(new Loss(1, ms(2_500)));
        script.read(1, 2_600, Map.of());
        assertThat(script.broken()).isEmpty();
    }

    @Test
    void aLoadBalancerShowsWhatAllMembersKnow() {
        script.add(new Calm(ms(0), ms(2_000)));
        script.register(1, 100, "r1", OK);
        script.read(Operation.ANY, 300, Map.of());
        assertThat(script.broken()).isEmpty();

        script.read(Operation.ANY, 700, Map.of());
        assertThat(script.broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }
}
