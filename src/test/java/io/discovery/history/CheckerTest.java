package io.discovery.history;

import static io.discovery.history.HistoryScript.BROKEN;
import static io.discovery.history.HistoryScript.HOST;
import static io.discovery.history.HistoryScript.OK;
import static io.discovery.history.HistoryScript.REFUSED;
import static io.discovery.history.HistoryScript.UNAVAILABLE;
import static io.discovery.history.HistoryScript.ms;
import static io.discovery.history.HistoryScript.seen;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.history.History.Away;
import io.discovery.history.History.End;
import io.discovery.history.History.Knowledge;
import io.discovery.history.History.Loss;
import io.discovery.history.History.Split;
import io.discovery.history.Operation.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Histories with a planted violation, which the checker finds, and histories that only look like one. Times are in
 * milliseconds.
 */
class CheckerTest {

    private final HistoryScript script = new HistoryScript();

    @Test
    void aHistoryInWhichAllIsWell() {
        script.register(0, 0, "r1", OK);
        script.read(0, 10, seen("r1", ""));
        script.weigh(1, 20, "7", OK);
        script.register(1, 30, "r2", OK);
        script.read(1, 40, seen("r2", "7"));
        script.deregister(1, 50, OK);
        script.read(1, 60, Map.of());
        script.deregister(1, 70, REFUSED);
        script.register(0, 80, "r3", OK);
        script.read(0, 90, seen("r3", ""));

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void anAcknowledgedRegistrationThatItsOwnMemberDoesNotList() {
        script.register(0, 0, "r1", OK);
        script.read(0, 10, Map.of());

        assertThat(script.broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void anAcknowledgedRegistrationThatWasReplacedByAnOlderOne() {
        script.register(0, 0, "r1", OK);
        script.register(0, 10, "r2", OK);
        script.read(0, 20, seen("r1", ""));

        assertThat(script.broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void aRegistrationThatAnotherMemberHadToKnowOf() {
        script.register(0, 0, "r1", OK);
        script.add(new Knowledge(1, ms(20), ms(10)));
        script.read(1, 30, Map.of());

        assertThat(script.broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void anotherMemberMayLag() {
        script.register(0, 0, "r1", OK);
        script.read(1, 10, Map.of());
        script.add(new Knowledge(1, ms(30), ms(20)));
        script.register(0, 22, "r2", OK);
        script.read(1, 40, seen("r1", ""));

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void aMemberThatLostItsMemoryMayLagBehindItsOwnAnswers() {
        script.register(0, 0, "r1", OK);
        script.add(new Loss(0, ms(10)));
        script.read(0, 20, Map.of());

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void whatAllKnewIsKnownAfterTheLossOfOne() {
        script.register(0, 0, "r1", OK);
        script.add(new Loss(0, ms(10)));
        script.add(new Knowledge(0, ms(20), ms(10)));
        script.read(0, 30, Map.of());

        assertThat(script.broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void whatWasAcknowledgedJustBeforeAllDiedMayBeGoneAndWhatWasSoEarlierMayNot() {
        script.register(0, 0, "r1", OK);
        script.register(0, 20, "r2", OK);
        script.add(new Loss(0, ms(30)));
        script.add(new End(ms(10), ms(30)));
        script.add(new Knowledge(0, ms(40), ms(30)));
        script.read(0, 50, seen("r1", ""));
        assertThat(script.broken()).isEmpty();

        script.read(0, 60, Map.of());
        assertThat(script.broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void anAcknowledgedDeregistrationThatWasUndone() {
        script.register(0, 0, "r1", OK);
        script.deregister(0, 10, OK);
        script.read(0, 20, seen("r1", ""));

        assertThat(script.broken()).containsExactly(Promise.DEREGISTRATIONS_STAY);
    }

    @Test
    void aDeregistrationThatIsUnknownMayHaveHappenedOrNot() {
        script.register(0, 0, "r1", OK);
        script.deregister(0, 10, UNAVAILABLE);
        script.read(0, 20, Map.of());
        script.read(0, 30, seen("r1", ""));
        script.deregister(0, 40, BROKEN);
        script.read(0, 50, Map.of());

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void aDeregistrationThatIsUnknownCannotUndoALaterRegistration() {
        script.register(0, 0, "r1", OK);
        script.deregister(0, 10, UNAVAILABLE);
        script.register(0, 20, "r2", OK);
        script.read(0, 30, Map.of());

        assertThat(script.broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void aWeightThatALaterHeartbeatLost() {
        script.register(0, 0, "r1", OK);
        script.weigh(0, 10, "7", OK);
        script.register(0, 20, "r2", OK);
        script.read(0, 30, seen("r2", ""));

        assertThat(script.broken()).containsExactly(Promise.WEIGHTS_STAY);
    }

    @Test
    void aWeightThatCameBackAfterADeregistration() {
        script.register(0, 0, "r1", OK);
        script.weigh(0, 10, "7", OK);
        script.deregister(0, 20, OK);
        script.register(0, 30, "r2", OK);
        script.read(0, 40, seen("r2", "7"));

        assertThat(script.broken()).containsExactly(Promise.WEIGHTS_STAY);
    }

    @Test
    void ofTwoChangesInASplitThatWereCloserThanClocksAgreeEitherIsTheLater() {
        weighAndDeregisterInASplit(1_000, 10);

        assertThat(script.broken()).isEmpty();
    }

    /** Members merge some seconds after their links are healed. */
    @Test
    void ofTwoChangesSoonAfterASplitThatWereCloserThanClocksAgreeEitherIsTheLater() {
        weighAndDeregisterInASplit(60, 10);

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void ofTwoChangesInASplitThatWereFurtherApartTheLaterIsTheLater() {
        weighAndDeregisterInASplit(1_000, 40);

        assertThat(script.broken()).containsExactly(Promise.WEIGHTS_STAY);
    }

    private void weighAndDeregisterInASplit(int until, int apart) {
        script.add(new Split(ms(50), ms(until)));
        script.add(new Knowledge(0, ms(1_100), ms(1_050)));
        script.register(0, 0, "r1", OK);
        script.weigh(0, 100, "7", OK);
        script.deregister(1, 100 + apart, OK);
        script.register(0, 1_200, "r2", OK);
        script.read(0, 1_300, seen("r2", "7"));
    }

    @Test
    void aWeightNobodySet() {
        script.register(0, 0, "r1", OK);
        script.read(0, 10, seen("r1", "9"));

        assertThat(script.broken()).containsExactly(Promise.WEIGHTS_STAY);
    }

    @Test
    void aRegistrationNobodyMade() {
        script.register(0, 0, "r1", OK);
        script.read(0, 10, seen("r9", ""));

        assertThat(script.broken()).containsExactly(Promise.NOTHING_IS_MADE_UP);
    }

    @Test
    void aHostNobodyRegistered() {
        script.register(0, 0, "r1", OK);
        script.read(0, 10, Map.of(HOST, new Seen("r1", "", null), "127.0.0.2", new Seen("r1", "", null)));

        assertThat(script.broken()).containsExactly(Promise.NOTHING_IS_MADE_UP);
    }

    @Test
    void aRegistrationThatWasShownBeforeItWasAsked() {
        script.read(0, 0, seen("r1", ""));
        script.register(0, 10, "r1", OK);

        assertThat(script.broken()).containsExactly(Promise.NOTHING_IS_MADE_UP);
    }

    @Test
    void aRegistrationThatWasRefused() {
        script.register(0, 0, "r1", REFUSED);

        assertThat(script.broken()).containsExactly(Promise.CHANGES_ARE_NOT_REFUSED_WITHOUT_REASON);
    }

    @Test
    void aDeregistrationOfAKnownHostThatWasRefused() {
        script.register(0, 0, "r1", OK);
        script.deregister(0, 10, REFUSED);

        assertThat(script.broken()).containsExactly(Promise.CHANGES_ARE_NOT_REFUSED_WITHOUT_REASON);
    }

    @Test
    void aReadThatWasRefusedOrBroken() {
        script.add(0, Kind.READ, 0, 5, "", UNAVAILABLE, Map.of());
        script.add(0, Kind.READ, 10, 5, "", BROKEN, Map.of());

        assertThat(script.broken())
                .containsOnly(Promise.READS_NEVER_FAIL_OR_STALL)
                .hasSize(2);
    }

    @Test
    void aMemberThatMayHaveMergedMaySayThatItIsNotReadyForAWhile() {
        script.add(new Split(ms(100), ms(200)));
        script.add(new Away(1, ms(20_000), ms(20_100)));
        script.add(0, Kind.READ, 10_190, 5, "", UNAVAILABLE, Map.of());
        script.add(1, Kind.READ, 30_090, 5, "", UNAVAILABLE, Map.of());
        assertThat(script.broken()).isEmpty();

        script.add(0, Kind.READ, 90, 5, "", UNAVAILABLE, Map.of());
        script.add(0, Kind.READ, 150, 5, "", BROKEN, Map.of());
        script.add(0, Kind.READ, 1_000, 101, "", UNAVAILABLE, Map.of());
        script.add(0, Kind.READ, 10_210, 5, "", UNAVAILABLE, Map.of());
        script.add(0, Kind.READ, 25_000, 5, "", UNAVAILABLE, Map.of());
        assertThat(script.broken())
                .containsOnly(Promise.READS_NEVER_FAIL_OR_STALL)
                .hasSize(5);
    }

    @Test
    void aReadThatStalled() {
        script.add(0, Kind.READ, 0, 101, "", OK, Map.of());

        assertThat(script.broken()).containsExactly(Promise.READS_NEVER_FAIL_OR_STALL);
    }

    @Test
    void aWriteThatCameLate() {
        script.add(0, Kind.REGISTER, 0, 1_501, "r1", UNAVAILABLE, Map.of());

        assertThat(script.broken()).containsExactly(Promise.WRITES_ARE_ANSWERED_IN_TIME);
    }

    @Test
    void nothingIsExpectedInTimeOfAMemberThatIsAway() {
        script.add(new Away(0, ms(0), ms(2_000)));
        script.add(0, Kind.READ, 100, 1_000, "", BROKEN, Map.of());
        script.add(0, Kind.REGISTER, 400, 2_000, "r1", BROKEN, Map.of());

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void anotherMemberThatIsAwayIsNoExcuse() {
        script.add(new Away(1, ms(0), ms(2_000)));
        script.add(0, Kind.READ, 100, 1_000, "", BROKEN, Map.of());

        assertThat(script.broken()).containsExactly(Promise.READS_NEVER_FAIL_OR_STALL);
    }
}
