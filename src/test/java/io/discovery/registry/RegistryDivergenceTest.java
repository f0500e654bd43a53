package io.discovery.registry;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.RegistryFixture.KEY;
import static io.discovery.registry.RegistryFixture.await;
import static io.discovery.registry.RegistryFixture.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.RegistryException.NotReady;
import io.discovery.model.Weight;
import org.junit.jupiter.api.Test;

/** Changes at a member that may lack what others know: after a split, after a standstill. */
final class RegistryDivergenceTest {

    private final RegistryFixture member = new RegistryFixture();

    /** A member that stood still does not know the hosts that others took meanwhile. */
    @Test
    void whileMembersCompareNoHostIsSaidToBeAbsent() {
        member.divergence.copyIsBehind = true;

        assertThatThrownBy(() -> await(member.registry().deregister(KEY)))
                .isInstanceOf(NotReady.class)
                .hasMessageContaining("send it again");
        assertThatThrownBy(() -> await(member.registry().setWeight(KEY, new Weight(1))))
                .isInstanceOf(NotReady.class);
    }

    @Test
    void whileMembersCompareNobodySaysThatAHostHadGone() {
        await(register(member.registry()));
        member.clock.now.addAndGet(LEASE.ttlMicros() + SECOND);
        member.divergence.copyIsBehind = true;

        assertThatThrownBy(() -> await(register(member.registry())))
                .isInstanceOf(NotReady.class)
                .hasMessageContaining("send it again");
        await(register(member.registry(), key("payments", 2)));

        member.divergence.copyIsBehind = false;
        await(register(member.registry()));
    }

    /** Only a host that would lose its weight and tags by its return has to wait. */
    @Test
    void whileMembersCompareARemovedHostComesBack() {
        await(register(member.registry()));
        await(member.registry().deregister(KEY));
        member.clock.now.addAndGet(LEASE.ttlMicros() + SECOND);
        member.divergence.copyIsBehind = true;
        await(register(member.registry()));
        assertThat(member.shown().isTombstone()).isFalse();
    }

    /** The other half of a split has heard nothing of the host for longer than its lease. */
    @Test
    void aHeartbeatAfterASplitKeepsTheWeightThatThisHalfKnows() {
        LocalStore ofTheOtherHalf = new LocalStore(LEASE, member.clock::nowMicros);
        await(register(member.over(ofTheOtherHalf)));
        for (int n = 0; n < 3; n++) {
            member.clock.now.addAndGet(LEASE.ttlMicros() / 2);
            await(register(member.registry()));
            await(member.registry().setWeight(KEY, new Weight(7)));
        }
        member.clock.now.addAndGet(SECOND);
        member.divergence.mapIsBehind = true;

        await(register(member.over(ofTheOtherHalf)));

        assertThat(member.shown().tags().find(Weight.TAG)).isPresent();
        assertThat(member.shown().deregistration()).isNull();
    }

    /** It may have reported to members that this one does not see, for as long as a registration is kept. */
    @Test
    void whileMembersAreMissingAHostThatReturnsKeepsItsWeight() {
        await(register(member.registry()));
        await(member.registry().setWeight(KEY, new Weight(7)));
        member.clock.now.addAndGet(LEASE.retentionMicros() - SECOND);
        member.divergence.mayLackRenewals = true;

        await(register(member.registry()));
        assertThat(member.shown().tags().find(Weight.TAG)).isPresent();
        assertThat(member.shown().deregistration()).isNull();

        member.divergence.mayLackRenewals = false;
        member.clock.now.addAndGet(LEASE.ttlMicros() + SECOND);
        await(register(member.registry()));
        assertThat(member.shown().tags().find(Weight.TAG)).isEmpty();
    }
}
