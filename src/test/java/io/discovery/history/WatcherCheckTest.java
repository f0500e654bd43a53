package io.discovery.history;

import static io.discovery.history.HistoryScript.OK;
import static io.discovery.history.HistoryScript.ms;
import static io.discovery.history.HistoryScript.seen;
import static io.discovery.history.HistoryScript.seenAt;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.history.History.Away;
import io.discovery.history.History.Split;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Histories of a watcher beside a client that reads. */
class WatcherCheckTest {

    private final HistoryScript script = new HistoryScript();

    @Test
    void aWatcherThatMissedAChange() {
        changeWhileAWatcherHolds(2_000);

        assertThat(script.broken()).containsExactly(Promise.WATCHERS_MISS_NOTHING);
    }

    @Test
    void aWatcherThatIsToldInTime() {
        changeWhileAWatcherHolds(1_400);

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void aHostThatComesAndGoesIsNoNews() {
        script.register(0, 0, "r1", OK);
        script.read(0, 10, seen("r1", ""));
        script.deregister(0, 100, OK);
        script.hold(0, 5, 5_000, Map.of());

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void aMemberThatIsCatchingUpMayTellLater() {
        script.add(new Split(ms(500), ms(800)));
        changeWhileAWatcherHolds(2_000);

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void noMemberMayTellNothingLongAfterItHasCaughtUp() {
        script.add(new Split(ms(500), ms(800)));
        changeWhileAWatcherHolds(12_000);

        assertThat(script.broken()).containsExactly(Promise.WATCHERS_MISS_NOTHING);
    }

    @Test
    void aMemberThatStandsStillTellsWhenItHasCaughtUpAfterIt() {
        script.add(new Away(0, ms(1_020), ms(21_000)));
        changeWhileAWatcherHolds(23_000);

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void noMemberMayTellNothingLongAfterItStoodStill() {
        script.add(new Away(0, ms(1_020), ms(21_000)));
        changeWhileAWatcherHolds(32_000);

        assertThat(script.broken()).containsExactly(Promise.WATCHERS_MISS_NOTHING);
    }

    @Test
    void aMemberThatHasLeftForGoodTellsNothing() {
        script.add(new Away(0, ms(1_020), Long.MAX_VALUE));
        changeWhileAWatcherHolds(5_000);

        assertThat(script.broken()).isEmpty();
    }

    private void changeWhileAWatcherHolds(long until) {
        script.register(0, 0, "r1", OK);
        script.register(0, 900, "r2", OK);
        script.read(0, 1_000, seen("r2", ""));
        script.hold(0, 100, until, seen("r1", ""));
    }

    @Test
    void aCheckInIsNoNews() {
        script.register(0, 0, "r1", OK);
        script.register(0, 900, "r1", OK);
        script.read(0, 1_000, seenAt("r1", "10.2"));
        script.hold(0, 100, 5_000, seenAt("r1", "10.1"));

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void aWatcherThatDoesNotHearOfWeightsHoldsWhatItIsTold() {
        script.register(0, 0, "r1", OK);
        script.weigh(0, 10, "7", OK);
        script.read(0, 1_000, seen("r1", "7"));
        script.hold(0, 100, 5_000, Map.of(HistoryScript.HOST, new Seen("r1", null, null)));

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void anEventWithoutAKnownHost() {
        script.register(0, 0, "r1", OK);
        script.event(0, 400, Map.of());
        assertThat(script.broken()).isEmpty();

        script.event(0, 600, Map.of());
        assertThat(script.broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void anEventThatAMemberMadeBeforeItStoodStill() {
        script.register(0, 0, "r1", OK);
        script.add(new Away(0, ms(300), ms(590)));
        script.event(0, 600, Map.of());

        assertThat(script.broken()).isEmpty();
    }
}
