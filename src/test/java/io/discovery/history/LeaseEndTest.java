package io.discovery.history;

import static io.discovery.history.HistoryScript.OK;
import static io.discovery.history.HistoryScript.REFUSED;
import static io.discovery.history.HistoryScript.ms;
import static io.discovery.history.HistoryScript.seen;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.history.History.Calm;
import io.discovery.history.History.Knowledge;
import io.discovery.history.History.Split;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Histories in which leases of ten seconds end. */
class LeaseEndTest {

    private static final Duration LEASE = Duration.ofSeconds(10);

    private final HistoryScript script = new HistoryScript(LEASE, false);

    @Test
    void aSilentHostMayBeGoneWhenItsLeaseIsOver() {
        script.register(0, 0, "r1", OK);
        script.read(0, 10_100, Map.of());
        script.weigh(0, 10_200, "7", REFUSED);

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void aHostThatReportedIsNotDroppedEarly() {
        script.register(0, 0, "r1", OK);
        script.register(0, 5_000, "r1", OK);
        script.read(0, 14_000, Map.of());

        assertThat(script.broken()).containsExactly(Promise.ACKNOWLEDGED_REGISTRATIONS_STAY);
    }

    @Test
    void aSilentHostIsNotListedForEver() {
        script.register(0, 0, "r1", OK);
        script.read(0, 10_500, seen("r1", ""));
        assertThat(script.broken()).isEmpty();

        script.read(0, 10_700, seen("r1", ""));
        assertThat(script.broken()).containsExactly(Promise.SILENT_HOSTS_EXPIRE);
    }

    @Test
    void aProtectedHostMayStay() {
        HistoryScript kept = new HistoryScript(LEASE, true);
        kept.register(0, 0, "r1", OK);
        kept.read(0, 15_000, seen("r1", ""));

        assertThat(kept.broken()).isEmpty();
    }

    @Test
    void aHostThatReturnsAfterItsLeaseHasNoWeight() {
        script.register(0, 0, "r1", OK);
        script.weigh(0, 10, "7", OK);
        script.register(0, 12_000, "r1", OK);
        script.read(0, 12_100, seen("r1", ""));

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void aWeightThatOutlivedTheLease() {
        script.add(new Calm(ms(0), ms(20_000)));
        script.register(0, 0, "r1", OK);
        script.weigh(0, 10, "7", OK);
        script.register(0, 12_000, "r1", OK);
        script.read(0, 12_100, seen("r1", "7"));

        assertThat(script.broken()).containsExactly(Promise.WEIGHTS_STAY);
    }

    @Test
    void aMemberThatMissesOthersMayKeepTheWeight() {
        script.register(0, 0, "r1", OK);
        script.weigh(0, 10, "7", OK);
        script.register(0, 12_000, "r1", OK);
        script.read(0, 12_100, seen("r1", "7"));

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void aHostThatReturnsWithinItsLeaseKeepsItsWeight() {
        script.register(0, 0, "r1", OK);
        script.weigh(0, 10, "7", OK);
        script.register(0, 8_000, "r1", OK);
        script.read(0, 12_100, seen("r1", ""));

        assertThat(script.broken()).containsExactly(Promise.WEIGHTS_STAY);
    }

    /** A member does not hear what a host reports to the other half, so the host comes back there. */
    @Test
    void aHostThatReportedToTheOtherHalfOfASplitMayLoseItsWeight() {
        reportToBothHalves();
        script.add(new Split(ms(4_000), ms(13_000)));

        assertThat(script.broken()).isEmpty();
    }

    @Test
    void aHostThatReportedToAnotherMemberKeepsItsWeight() {
        reportToBothHalves();

        assertThat(script.broken()).containsExactly(Promise.WEIGHTS_STAY);
    }

    private void reportToBothHalves() {
        script.register(0, 0, "r1", OK);
        script.weigh(0, 10, "7", OK);
        script.add(new Knowledge(1, ms(1_000), ms(500)));
        script.register(0, 5_000, "r1", OK);
        script.register(1, 12_000, "r1", OK);
        script.read(1, 12_100, seen("r1", ""));
    }
}
