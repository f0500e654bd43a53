package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Changes of clients, which survive each other in every order. */
class ChangeProperties extends RegistrationArbitraries {

    @Property
    void aChangeAppliedTwiceIsAppliedOnce(
            @ForAll("registrations") @Nullable Registration stored, @ForAll("change") Change change) {
        Change.Outcome first = change.applyTo(stored);

        if (first instanceof Change.Outcome.Applied applied) {
            assertThat(change.applyTo(applied.registration())).isEqualTo(first);
            assertThat(applied.registration())
                    .as("a change moves every register up")
                    .isEqualTo(
                            stored == null
                                    ? applied.registration()
                                    : Registration.merge(stored, applied.registration()));
        }
    }

    @Property
    void aStaleChangeAppliesAboveTheVersionItIsTold(
            @ForAll("registrations") Registration stored, @ForAll("change") Change change) {
        if (change.applyTo(stored) instanceof Change.Outcome.Stale stale) {
            Version above = new Version(stale.stored().micros() + 1, 7);
            assertThat(change.at(above).applyTo(stored)).isNotInstanceOf(Change.Outcome.Stale.class);
        }
    }

    @Property
    void aWeightAndAHeartbeatNeverLoseEachOther(@ForAll("micros") long weighed, @ForAll("micros") long beaten) {
        Registration start = applied(register(new Version(0, 1), Map.of("az", "\"a\"")), null);
        Change weight = new Change.SetWeight(KEY, new Version(weighed, 2), new Weight(5), new Lease(1_000_000));
        Change heartbeat = longLived(register(new Version(beaten, 3), Map.of("az", "\"b\"")));

        Registration merged = Registration.merge(applied(weight, start), applied(heartbeat, start));

        assertThat(merged.tags().find(Weight.TAG)).map(Tag::json).contains("5");
        assertThat(merged.checkIn()).isNotNull().extracting(CheckIn::micros).isEqualTo(beaten);
    }

    @Property
    void theLaterOfDeregistrationAndHeartbeatDecides(@ForAll("micros") long removed, @ForAll("micros") long beaten) {
        Registration start = applied(register(new Version(0, 1), Map.of("az", "\"a\"", "old", "1")), null);
        Change deregister = new Change.Deregister(KEY, new Version(removed, 2), new Lease(1_000_000));
        Change heartbeat = longLived(register(new Version(beaten, 3), Map.of("az", "\"b\"")));

        Registration merged = Registration.merge(applied(deregister, start), applied(heartbeat, start));

        assertThat(merged.isTombstone()).isEqualTo(removed > beaten);
        assertThat(merged.tags().find("old")).isEmpty();
    }

    @Property
    void aWeightNeverRevivesWhatWasDeregistered(@ForAll("micros") long removed, @ForAll("micros") long weighed) {
        Registration start = applied(register(new Version(0, 1), Map.of()), null);
        Change deregister = new Change.Deregister(KEY, new Version(removed, 2), new Lease(1_000_000));
        Change weight = new Change.SetWeight(KEY, new Version(weighed, 3), new Weight(5), new Lease(1_000_000));

        Registration merged = Registration.merge(applied(deregister, start), applied(weight, start));

        assertThat(merged.isTombstone()).isTrue();
        assertThat(LEASE.isLive(merged, removed)).isFalse();
    }
}
