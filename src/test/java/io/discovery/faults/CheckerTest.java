package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.faults.Checker.Limits;
import io.discovery.faults.Checker.Promise;
import io.discovery.faults.Checker.Violation;
import io.discovery.faults.History.Away;
import io.discovery.faults.History.End;
import io.discovery.faults.History.Knowledge;
import io.discovery.faults.History.Loss;
import io.discovery.faults.History.Split;
import io.discovery.faults.Operation.Kind;
import io.discovery.faults.Operation.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Histories with a planted violation, which the checker finds, and histories that only look like one. Times are in
 * milliseconds.
 */
class CheckerTest {

    private static final Limits LIMITS =
            new Limits(Duration.ofMillis(100), Duration.ofMillis(1_500), Duration.ofMillis(10));
    private static final String SERVICE = "s";
    private static final String HOST = "127.0.0.1";
    private static final int OK = 200;
    private static final int REFUSED = 404;
    private static final int UNAVAILABLE = 503;
    private static final int BROKEN = 0;

    private final History history = new History();

    @Test
    void aHistoryInWhichAllIsWell() {
        register(0, 0, "r1", OK);
        read(0, 10, seen("r1", ""));
        weigh(1, 20, "7", OK);
        register(1, 30, "r2", OK);
        read(1, 40, seen("r2", "7"));
        deregister(1, 50, OK);
        read(1, 60, Map.of());
        deregister(1, 70, REFUSED);
        register(0, 80, "r3", OK);
        read(0, 90, seen("r3", ""));

        assertThat(broken()).isEmpty();
    }

    @Test
    void anAcknowledgedRegistrationThatItsOwnMemberDoesNotList() {
        register(0, 0, "r1", OK);
        read(0, 10, Map.of());

        assertThat(broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void anAcknowledgedRegistrationThatWasReplacedByAnOlderOne() {
        register(0, 0, "r1", OK);
        register(0, 10, "r2", OK);
        read(0, 20, seen("r1", ""));

        assertThat(broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void aRegistrationThatAnotherMemberHadToKnowOf() {
        register(0, 0, "r1", OK);
        history.add(new Knowledge(1, ms(20), ms(10)));
        read(1, 30, Map.of());

        assertThat(broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void anotherMemberMayLag() {
        register(0, 0, "r1", OK);
        read(1, 10, Map.of());
        history.add(new Knowledge(1, ms(30), ms(20)));
        register(0, 22, "r2", OK);
        read(1, 40, seen("r1", ""));

        assertThat(broken()).isEmpty();
    }

    @Test
    void aMemberThatLostItsMemoryMayLagBehindItsOwnAnswers() {
        register(0, 0, "r1", OK);
        history.add(new Loss(0, ms(10)));
        read(0, 20, Map.of());

        assertThat(broken()).isEmpty();
    }

    @Test
    void whatAllKnewIsKnownAfterTheLossOfOne() {
        register(0, 0, "r1", OK);
        history.add(new Loss(0, ms(10)));
        history.add(new Knowledge(0, ms(20), ms(10)));
        read(0, 30, Map.of());

        assertThat(broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void whatWasAcknowledgedJustBeforeAllDiedMayBeGoneAndWhatWasSoEarlierMayNot() {
        register(0, 0, "r1", OK);
        register(0, 20, "r2", OK);
        history.add(new Loss(0, ms(30)));
        history.add(new End(ms(10), ms(30)));
        history.add(new Knowledge(0, ms(40), ms(30)));
        read(0, 50, seen("r1", ""));
        assertThat(broken()).isEmpty();

        read(0, 60, Map.of());
        assertThat(broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void anAcknowledgedDeregistrationThatWasUndone() {
        register(0, 0, "r1", OK);
        deregister(0, 10, OK);
        read(0, 20, seen("r1", ""));

        assertThat(broken()).containsExactly(Promise.DEREGISTRATIONS_STAY);
    }

    @Test
    void aDeregistrationThatIsUnknownMayHaveHappenedOrNot() {
        register(0, 0, "r1", OK);
        deregister(0, 10, UNAVAILABLE);
        read(0, 20, Map.of());
        read(0, 30, seen("r1", ""));
        deregister(0, 40, BROKEN);
        read(0, 50, Map.of());

        assertThat(broken()).isEmpty();
    }

    @Test
    void aDeregistrationThatIsUnknownCannotUndoALaterRegistration() {
        register(0, 0, "r1", OK);
        deregister(0, 10, UNAVAILABLE);
        register(0, 20, "r2", OK);
        read(0, 30, Map.of());

        assertThat(broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void aWeightThatALaterHeartbeatLost() {
        register(0, 0, "r1", OK);
        weigh(0, 10, "7", OK);
        register(0, 20, "r2", OK);
        read(0, 30, seen("r2", ""));

        assertThat(broken()).containsExactly(Promise.WEIGHTS_STAY);
    }

    @Test
    void aWeightThatCameBackAfterADeregistration() {
        register(0, 0, "r1", OK);
        weigh(0, 10, "7", OK);
        deregister(0, 20, OK);
        register(0, 30, "r2", OK);
        read(0, 40, seen("r2", "7"));

        assertThat(broken()).containsExactly(Promise.WEIGHTS_STAY);
    }

    @Test
    void ofTwoChangesInASplitThatWereCloserThanClocksAgreeEitherIsTheLater() {
        weighAndDeregisterInASplit(10);

        assertThat(broken()).isEmpty();
    }

    @Test
    void ofTwoChangesInASplitThatWereFurtherApartTheLaterIsTheLater() {
        weighAndDeregisterInASplit(40);

        assertThat(broken()).containsExactly(Promise.WEIGHTS_STAY);
    }

    private void weighAndDeregisterInASplit(int apart) {
        history.add(new Split(ms(50), ms(1_000)));
        history.add(new Knowledge(0, ms(1_100), ms(1_050)));
        register(0, 0, "r1", OK);
        weigh(0, 100, "7", OK);
        deregister(1, 100 + apart, OK);
        register(0, 1_200, "r2", OK);
        read(0, 1_300, seen("r2", "7"));
    }

    @Test
    void aWeightNobodySet() {
        register(0, 0, "r1", OK);
        read(0, 10, seen("r1", "9"));

        assertThat(broken()).containsExactly(Promise.WEIGHTS_STAY);
    }

    @Test
    void aRegistrationNobodyMade() {
        register(0, 0, "r1", OK);
        read(0, 10, seen("r9", ""));

        assertThat(broken()).containsExactly(Promise.NOTHING_IS_MADE_UP);
    }

    @Test
    void aHostNobodyRegistered() {
        register(0, 0, "r1", OK);
        read(0, 10, Map.of(HOST, new Seen("r1", ""), "127.0.0.2", new Seen("r1", "")));

        assertThat(broken()).containsExactly(Promise.NOTHING_IS_MADE_UP);
    }

    @Test
    void aRegistrationThatWasShownBeforeItWasAsked() {
        read(0, 0, seen("r1", ""));
        register(0, 10, "r1", OK);

        assertThat(broken()).containsExactly(Promise.NOTHING_IS_MADE_UP);
    }

    @Test
    void aRegistrationThatWasRefused() {
        register(0, 0, "r1", REFUSED);

        assertThat(broken()).containsExactly(Promise.CHANGES_ARE_NOT_REFUSED_WITHOUT_REASON);
    }

    @Test
    void aDeregistrationOfAKnownHostThatWasRefused() {
        register(0, 0, "r1", OK);
        deregister(0, 10, REFUSED);

        assertThat(broken()).containsExactly(Promise.CHANGES_ARE_NOT_REFUSED_WITHOUT_REASON);
    }

    @Test
    void aReadThatWasRefusedOrBroken() {
        add(0, Kind.READ, 0, 5, "", UNAVAILABLE, Map.of());
        add(0, Kind.READ, 10, 5, "", BROKEN, Map.of());

        assertThat(broken()).containsOnly(Promise.READS_NEVER_FAIL_OR_STALL).hasSize(2);
    }

    @Test
    void aMemberThatMayHaveMergedMaySayThatItIsNotReadyForAWhile() {
        history.add(new Split(ms(100), ms(200)));
        history.add(new Away(1, ms(20_000), ms(20_100)));
        add(0, Kind.READ, 10_190, 5, "", UNAVAILABLE, Map.of());
        add(1, Kind.READ, 30_090, 5, "", UNAVAILABLE, Map.of());
        assertThat(broken()).isEmpty();

        add(0, Kind.READ, 90, 5, "", UNAVAILABLE, Map.of());
        add(0, Kind.READ, 150, 5, "", BROKEN, Map.of());
        add(0, Kind.READ, 1_000, 101, "", UNAVAILABLE, Map.of());
        add(0, Kind.READ, 10_210, 5, "", UNAVAILABLE, Map.of());
        add(0, Kind.READ, 25_000, 5, "", UNAVAILABLE, Map.of());
        assertThat(broken()).containsOnly(Promise.READS_NEVER_FAIL_OR_STALL).hasSize(5);
    }

    @Test
    void aReadThatStalled() {
        add(0, Kind.READ, 0, 101, "", OK, Map.of());

        assertThat(broken()).containsExactly(Promise.READS_NEVER_FAIL_OR_STALL);
    }

    @Test
    void aWriteThatCameLate() {
        add(0, Kind.REGISTER, 0, 1_501, "r1", UNAVAILABLE, Map.of());

        assertThat(broken()).containsExactly(Promise.WRITES_ARE_ANSWERED_IN_TIME);
    }

    @Test
    void nothingIsExpectedInTimeOfAMemberThatIsAway() {
        history.add(new Away(0, ms(0), ms(2_000)));
        add(0, Kind.READ, 100, 1_000, "", BROKEN, Map.of());
        add(0, Kind.REGISTER, 400, 2_000, "r1", BROKEN, Map.of());

        assertThat(broken()).isEmpty();
    }

    @Test
    void anotherMemberThatIsAwayIsNoExcuse() {
        history.add(new Away(1, ms(0), ms(2_000)));
        add(0, Kind.READ, 100, 1_000, "", BROKEN, Map.of());

        assertThat(broken()).containsExactly(Promise.READS_NEVER_FAIL_OR_STALL);
    }

    private List<Promise> broken() {
        return Checker.check(history, LIMITS).stream().map(Violation::promise).toList();
    }

    private void register(int member, long at, String revision, int status) {
        add(member, Kind.REGISTER, at, 5, revision, status, Map.of());
    }

    private void weigh(int member, long at, String weight, int status) {
        add(member, Kind.WEIGH, at, 5, weight, status, Map.of());
    }

    private void deregister(int member, long at, int status) {
        add(member, Kind.DEREGISTER, at, 5, "", status, Map.of());
    }

    private void read(int member, long at, Map<String, Seen> seen) {
        add(member, Kind.READ, at, 5, "", OK, seen);
    }

    private void add(int member, Kind kind, long at, long took, String value, int status, Map<String, Seen> seen) {
        String host = kind == Kind.READ ? "" : HOST;
        history.add(new Operation(0, kind, member, SERVICE, host, value, ms(at), ms(at + took), status, seen));
    }

    private static Map<String, Seen> seen(String revision, String weight) {
        return Map.of(HOST, new Seen(revision, weight));
    }

    private static long ms(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
