package io.discovery.registry;

import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static io.discovery.registry.RegistryFixture.KEY;
import static io.discovery.registry.RegistryFixture.answering;
import static io.discovery.registry.RegistryFixture.await;
import static io.discovery.registry.RegistryFixture.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.Change.Outcome;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.model.RegistryException.NotListed;
import io.discovery.model.RegistryException.NotReady;
import io.discovery.model.RegistryException.OutcomeUnknown;
import io.discovery.model.RegistryException.Overloaded;
import io.discovery.model.RegistryException.TooLarge;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Changes that a member acknowledges or refuses. */
final class RegistryTest {

    private final RegistryFixture member = new RegistryFixture();

    @Test
    void whatIsAcknowledgedIsShown() {
        await(register(member.registry()));

        assertThat(member.copy.find(KEY))
                .isNotNull()
                .extracting(Registration::isTombstone)
                .isEqualTo(false);

        await(member.registry().setWeight(KEY, new Weight(7)));
        assertThat(member.copy.find(KEY))
                .isNotNull()
                .satisfies(r -> assertThat(r.tags().find(Weight.TAG)).isPresent());

        await(member.registry().deregister(KEY));
        assertThat(member.copy.find(KEY))
                .isNotNull()
                .extracting(Registration::isTombstone)
                .isEqualTo(true);
    }

    @Test
    void whatThereIsNoRoomForChangesNothing() {
        await(register(member.registry()));
        member.room = (change, known) -> known == null
                ? new RegistryException.Overloaded("no room for " + change.key().service())
                : null;

        await(register(member.registry()));
        Registry full = member.registry();
        assertThatThrownBy(() -> await(register(full, key("orders", 2))))
                .isInstanceOf(Overloaded.class)
                .hasMessage("overloaded: no room for orders");

        assertThat(full.changesRefused()).isOne();
        assertThat(member.copy.find(key("orders", 2))).isNull();
    }

    @Test
    void aChangeBehindAFasterClockIsMadeAboveWhatIsStored() {
        member.store.offer(List.of(registered(KEY, new Version(member.clock.nowMicros() + 5 * SECOND, 9))));

        await(register(member.registry()));

        assertThat(member.copy.find(KEY))
                .isNotNull()
                .extracting(r -> r.lastVersion().member())
                .isEqualTo(1L);
    }

    @Test
    void whatIsNotListedIsSaidOnlyWhenAllIsKnown() {
        assertThatThrownBy(() -> await(member.registry().deregister(KEY))).isInstanceOf(NotListed.class);

        member.complete = false;
        assertThatThrownBy(() -> await(member.registry().deregister(KEY))).isInstanceOf(NotReady.class);
        assertThatThrownBy(() -> await(member.registry().setWeight(KEY, new Weight(1))))
                .isInstanceOf(NotReady.class);
    }

    @Test
    void whatTheStoreHasLostAndThisMemberListsIsGivenBackAndChanged() {
        await(register(member.registry()));
        member.store.lose(member.shown());
        await(member.registry().setWeight(KEY, new Weight(7)));
        assertThat(member.shown().tags().find(Weight.TAG)).isPresent();

        member.store.lose(member.shown());
        await(member.registry().deregister(KEY));
        assertThat(member.shown().isTombstone()).isTrue();
        assertThatThrownBy(() -> await(member.registry().deregister(KEY))).isInstanceOf(NotListed.class);
    }

    @Test
    void whatThisMemberStillListsButSomebodyDeregisteredIsNotGivenBack() {
        await(register(member.registry()));
        await(member.ofAnotherMember().deregister(KEY));

        assertThatThrownBy(() -> await(member.registry().setWeight(KEY, new Weight(7))))
                .isInstanceOf(NotListed.class);
    }

    @Test
    void whatMayHaveWaitedWhileTheMemberStoodStillChangesNothing() {
        await(register(member.registry()));
        member.nanos.addAndGet(TimeUnit.SECONDS.toNanos(20));

        assertThatThrownBy(() -> await(member.registry().deregister(KEY)))
                .isInstanceOf(NotReady.class)
                .hasMessageContaining("stood still")
                .hasMessageContaining("nothing was changed");
        assertThat(member.shown().isTombstone()).isFalse();
    }

    @Test
    void aRegistrationThatIsTooLargeIsRefusedWithItsSize() {
        Registry registry = member.over(answering(change -> Future.succeededFuture(new Outcome.TooLarge(20_000))));

        assertThatThrownBy(() -> await(register(registry)))
                .isInstanceOf(TooLarge.class)
                .hasMessageContaining("20000 bytes");
    }

    @Test
    void aMemberWhoseClockIsAheadSendsItsClientElsewhere() {
        Registry registry = member.over(answering(change -> Future.succeededFuture(new Outcome.Ahead())));

        assertThatThrownBy(() -> await(register(registry)))
                .isInstanceOf(NotReady.class)
                .hasMessageContaining("send it to another");
    }

    @Test
    void aFailureOfTheStoreReachesTheClientAsItIs() {
        Registry registry = member.over(answering(change -> Future.failedFuture(new OutcomeUnknown("its owner left"))));

        assertThatThrownBy(() -> await(registry.deregister(KEY))).hasMessageContaining("its owner left");
        assertThat(registry.changesInFlight()).isZero();
    }
}
