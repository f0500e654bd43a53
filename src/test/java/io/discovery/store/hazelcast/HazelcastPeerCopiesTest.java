package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Comparison;
import io.discovery.model.Registration;
import io.discovery.reconciliation.PeerReconciliation;
import io.discovery.registry.Fixtures.HandClock;
import io.discovery.registry.Fixtures.PlainCopy;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two real members that ask each other for their copies. */
class HazelcastPeerCopiesTest {

    @AutoClose
    private static final HazelcastMembers MEMBERS = HazelcastMembers.start(2);

    private final HandClock clock = new HandClock(1);
    private final PlainCopy ours = new PlainCopy();
    private final PlainCopy theirs = new PlainCopy();
    private final HazelcastPeerCopies peers = new HazelcastPeerCopies(MEMBERS.first(), ours);

    @BeforeEach
    void thePeerHasACopyToo() {
        assertThat(new HazelcastPeerCopies(MEMBERS.second(), theirs).count()).isEqualTo(1);
    }

    @Test
    void aMemberLearnsWhatItsPeerHolds() {
        for (int n = 0; n < 3_000; n++) {
            Registration held = registered(key("payments", n), clock.next());
            theirs.merge(held);
            if (n % 3 != 0) {
                ours.merge(held);
            }
        }
        PeerReconciliation reconciliation =
                new PeerReconciliation(peers, ours, clock, LEASE, (registrations, merging) -> merging.run());

        assertThat(reconciliation.round()).isEqualTo(new PeerReconciliation.Result(1_000, 0, 0));

        assertThat(ours.known).isEqualTo(theirs.known);
        assertThat(reconciliation.round().isEqual()).isTrue();
    }

    /** As one that has just joined. */
    @Test
    void aPeerWithoutACopyHoldsNothing() {
        MEMBERS.second().getUserContext().clear();
        ours.merge(registered(key("payments", 1), clock.next()));

        assertThat(peers.digests(Comparison.at(LEASE, clock.nowMicros()))).hasSize(1);
        assertThat(new PeerReconciliation(peers, ours, clock, LEASE, (registrations, merging) -> merging.run()).round())
                .isEqualTo(new PeerReconciliation.Result(0, 0, 0));
    }
}
