package io.discovery.reconciliation;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Buckets;
import io.discovery.model.Registration;
import io.discovery.registry.Fixtures;
import io.discovery.registry.LocalStore;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class MapReconciliationTest {

    private final Fixtures.HandClock clock = new Fixtures.HandClock(1);
    private final LocalStore map = new LocalStore(LEASE, clock::nowMicros);
    private final Fixtures.PlainCopy copy = new Fixtures.PlainCopy();
    private final MapReconciliation reconciliation =
            new MapReconciliation(map, copy, clock, LEASE, (registrations, merging) -> merging.run());

    @Test
    void anEmptyCopyLearnsAllThatTheMapHas() {
        List<Registration> stored = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            stored.add(registered(key("payments", i), clock.next()));
        }
        map.offer(stored);

        assertThat(reconciliation.round(all()).learned()).isEqualTo(2_000);

        assertThat(copy.known.values()).containsExactlyInAnyOrderElementsOf(stored);
        assertThat(reconciliation.round(all()).isEqual()).isTrue();
    }

    @Test
    void whatTheMapLacksTwiceIsGivenBack() {
        Registration lost = both(registered(key("payments", 1), clock.next()));
        map.lose(lost);

        assertThat(reconciliation.round(all())).isEqualTo(new MapReconciliation.Result(0, 1, 0, 0));
        assertThat(reconciliation.round(all())).isEqualTo(new MapReconciliation.Result(0, 1, 1, 1));
        assertThat(reconciliation.round(all()).isEqual()).isTrue();
        assertThat(map.read(all())).containsExactly(lost);
    }

    @Test
    void whatTheMapHasOlderIsGivenBackToo() {
        Registration old = both(registered(key("payments", 1), clock.next()));
        Registration newer = registered(old.key(), clock.next());
        copy.merge(newer);

        reconciliation.round(all());
        reconciliation.round(all());

        assertThat(map.read(all())).containsExactly(newer);
    }

    @Test
    void theMemberWhoseTurnItIsGivesBackFirstAndIfItDoesNotAnyoneDoes() {
        Registration lost = both(registered(key("payments", 1), clock.next()));
        map.lose(lost);
        BitSet others = all();
        others.clear(Buckets.of(lost.key()));

        assertThat(reconciliation.round(others).offered()).isZero();
        assertThat(reconciliation.round(others).offered()).isZero();
        assertThat(reconciliation.round(others).offered()).isEqualTo(1);
    }

    @Test
    void bothSidesLearnFromEachOther() {
        Registration old = both(registered(key("payments", 1), clock.next()));
        Registration ours = registered(key("payments", 2), clock.next());
        Registration theirs = registered(key("payments", 3), clock.next());
        copy.merge(ours);
        map.offer(List.of(theirs));

        reconciliation.round(all());
        reconciliation.round(all());

        assertThat(copy.known.values()).containsExactlyInAnyOrder(old, ours, theirs);
        assertThat(map.read(all())).containsExactlyInAnyOrder(old, ours, theirs);
    }

    @Test
    void whatIsAboutToBeForgottenIsNotGivenBack() {
        Registration old = registered(key("payments", 1), clock.next());
        copy.merge(old);
        clock.now.addAndGet(LEASE.retentionMicros() - 29 * SECOND);

        assertThat(reconciliation.round(all()).isEqual()).isTrue();
    }

    private Registration both(Registration registration) {
        map.offer(List.of(registration));
        copy.merge(registration);
        return registration;
    }

    private static BitSet all() {
        BitSet all = new BitSet();
        all.set(0, Buckets.COUNT);
        return all;
    }
}
