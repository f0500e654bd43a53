package io.discovery.registry;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.InstanceDetails;
import io.discovery.model.InstanceKey;
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
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.FutureInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RegistryTest {

    private static final InstanceKey KEY = key("payments", 1);

    private final Fixtures.HandClock clock = new Fixtures.HandClock(1);
    private final LocalStore store = new LocalStore(LEASE, clock::nowMicros);
    private final Fixtures.PlainCopy copy = new Fixtures.PlainCopy();
    private final AtomicLong nanos = new AtomicLong();
    private final ProcessPauseDetector standstill =
            new ProcessPauseDetector(Duration.ofMillis(100), Duration.ofSeconds(3), nanos::get, () -> 0L);
    private boolean complete = true;
    private Registry.Room room = (change, known) -> null;
    private boolean mapIsBehind;
    private boolean copyIsBehind;
    private boolean mayLackRenewals;

    private final Divergence divergence = new Divergence() {
        @Override
        public boolean isMapBehind() {
            return mapIsBehind;
        }

        @Override
        public boolean isCopyBehind() {
            return copyIsBehind;
        }

        @Override
        public boolean mayLackRenewals() {
            return mayLackRenewals;
        }
    };

    @Test
    void whatIsAcknowledgedIsShown() {
        await(register(registry(store)));

        assertThat(copy.find(KEY))
                .isNotNull()
                .extracting(Registration::isTombstone)
                .isEqualTo(false);

        await(registry(store).setWeight(KEY, new Weight(7)));
        assertThat(copy.find(KEY))
                .isNotNull()
                .satisfies(r -> assertThat(r.tags().find(Weight.TAG)).isPresent());

        await(registry(store).deregister(KEY));
        assertThat(copy.find(KEY))
                .isNotNull()
                .extracting(Registration::isTombstone)
                .isEqualTo(true);
    }

    @Test
    void whatThereIsNoRoomForChangesNothing() {
        await(register(registry(store)));
        room = (change, known) -> known == null
                ? new RegistryException.Overloaded("no room for " + change.key().service())
                : null;

        await(register(registry(store)));
        Registry full = registry(store);
        assertThatThrownBy(() -> await(full.register(key("orders", 2), new InstanceDetails(80, "r", "", Map.of()))))
                .isInstanceOf(Overloaded.class)
                .hasMessage("overloaded: no room for orders");

        assertThat(full.changesRefused()).isOne();
        assertThat(copy.find(key("orders", 2))).isNull();
    }

    @Test
    void aChangeBehindAFasterClockIsMadeAboveWhatIsStored() {
        store.offer(List.of(registered(KEY, new Version(clock.nowMicros() + 5 * SECOND, 9))));

        await(register(registry(store)));

        assertThat(copy.find(KEY))
                .isNotNull()
                .extracting(r -> r.lastVersion().member())
                .isEqualTo(1L);
    }

    @Test
    void whatIsNotListedIsSaidOnlyWhenAllIsKnown() {
        assertThatThrownBy(() -> await(registry(store).deregister(KEY))).isInstanceOf(NotListed.class);

        complete = false;
        assertThatThrownBy(() -> await(registry(store).deregister(KEY))).isInstanceOf(NotReady.class);
        assertThatThrownBy(() -> await(registry(store).setWeight(KEY, new Weight(1))))
                .isInstanceOf(NotReady.class);
    }

    /** A member that stood still does not know the hosts that others took meanwhile. */
    @Test
    void whileMembersCompareNoHostIsSaidToBeAbsent() {
        copyIsBehind = true;

        assertThatThrownBy(() -> await(registry(store).deregister(KEY)))
                .isInstanceOf(NotReady.class)
                .hasMessageContaining("send it again");
        assertThatThrownBy(() -> await(registry(store).setWeight(KEY, new Weight(1))))
                .isInstanceOf(NotReady.class);
    }

    @Test
    void aStoreThatNeverAnswersIsAnOutcomeUnknownByTheDeadline() {
        Registry registry =
                registry(answering(change -> Promise.<Outcome>promise().future()));

        assertThatThrownBy(() -> await(register(registry)))
                .isInstanceOf(OutcomeUnknown.class)
                .hasMessageContaining("100 ms");
        assertThat(copy.find(KEY)).isNull();
    }

    @Test
    void aRaceThatIsAlwaysLostEndsByTheDeadline() {
        Registry registry = registry(answering(change -> Future.succeededFuture(new Outcome.Stale(change.version()))));

        assertThatThrownBy(() -> await(register(registry))).isInstanceOf(OutcomeUnknown.class);
    }

    @Test
    void whatTheStoreHasLostAndThisMemberListsIsGivenBackAndChanged() {
        await(register(registry(store)));
        store.lose(shown());
        await(registry(store).setWeight(KEY, new Weight(7)));
        assertThat(shown().tags().find(Weight.TAG)).isPresent();

        store.lose(shown());
        await(registry(store).deregister(KEY));
        assertThat(shown().isTombstone()).isTrue();
        assertThatThrownBy(() -> await(registry(store).deregister(KEY))).isInstanceOf(NotListed.class);
    }

    @Test
    void whatThisMemberStillListsButSomebodyDeregisteredIsNotGivenBack() {
        await(register(registry(store)));
        Fixtures.PlainCopy other = new Fixtures.PlainCopy();
        await(new Registry(
                        store,
                        other,
                        clock,
                        () -> LEASE,
                        new RequestDeadline(Duration.ofMillis(100)),
                        new Registry.Conditions(() -> complete, standstill, room, divergence))
                .deregister(KEY));

        assertThatThrownBy(() -> await(registry(store).setWeight(KEY, new Weight(7))))
                .isInstanceOf(NotListed.class);
    }

    /** The other half of a split has heard nothing of the host for longer than its lease. */
    @Test
    void aHeartbeatAfterASplitKeepsTheWeightThatThisHalfKnows() {
        LocalStore ofTheOtherHalf = new LocalStore(LEASE, clock::nowMicros);
        await(register(registry(ofTheOtherHalf)));
        for (int n = 0; n < 3; n++) {
            clock.now.addAndGet(LEASE.ttlMicros() / 2);
            await(register(registry(store)));
            await(registry(store).setWeight(KEY, new Weight(7)));
        }
        clock.now.addAndGet(SECOND);
        mapIsBehind = true;

        await(register(registry(ofTheOtherHalf)));

        assertThat(shown().tags().find(Weight.TAG)).isPresent();
        assertThat(shown().deregistration()).isNull();
    }

    @Test
    void whileMembersCompareNobodySaysThatAHostHadGone() {
        await(register(registry(store)));
        clock.now.addAndGet(LEASE.ttlMicros() + SECOND);
        copyIsBehind = true;

        assertThatThrownBy(() -> await(register(registry(store))))
                .isInstanceOf(NotReady.class)
                .hasMessageContaining("send it again");
        await(registry(store).register(key("payments", 2), new InstanceDetails(80, "r", "", Map.of())));

        copyIsBehind = false;
        await(register(registry(store)));
    }

    /** It may have reported to members that this one does not see, for as long as a registration is kept. */
    @Test
    void whileMembersAreMissingAHostThatReturnsKeepsItsWeight() {
        await(register(registry(store)));
        await(registry(store).setWeight(KEY, new Weight(7)));
        clock.now.addAndGet(LEASE.retentionMicros() - SECOND);
        mayLackRenewals = true;

        await(register(registry(store)));
        assertThat(shown().tags().find(Weight.TAG)).isPresent();
        assertThat(shown().deregistration()).isNull();

        mayLackRenewals = false;
        clock.now.addAndGet(LEASE.ttlMicros() + SECOND);
        await(register(registry(store)));
        assertThat(shown().tags().find(Weight.TAG)).isEmpty();
    }

    /** It has yet to learn what other members have heard, of which it may not even know that they exist. */
    @Test
    void aMemberThatIsNotOpenYetKeepsTheWeightOfAHostThatReturns() {
        await(register(registry(store)));
        await(registry(store).setWeight(KEY, new Weight(7)));
        clock.now.addAndGet(LEASE.ttlMicros() + SECOND);
        complete = false;

        await(register(registry(store)));

        assertThat(shown().tags().find(Weight.TAG)).isPresent();
        assertThat(shown().deregistration()).isNull();
    }

    @Test
    void tooManyChangesAtOnceAreRefusedAtOnceAndTheOthersGoOn() {
        List<Promise<Outcome>> pending = new ArrayList<>();
        Registry registry = registry(answering(change -> {
            pending.add(Promise.promise());
            return pending.get(pending.size() - 1).future();
        }));
        for (int i = 0; i < Registry.MOST_IN_FLIGHT; i++) {
            register(registry);
        }

        assertThatThrownBy(() -> await(register(registry)))
                .isInstanceOf(Overloaded.class)
                .hasMessageContaining("nothing was changed");

        assertThat(pending).hasSize(Registry.MOST_IN_FLIGHT);
        assertThat(registry.changesRefused()).isOne();
        assertThat(registry.changesInFlight()).isEqualTo(Registry.MOST_IN_FLIGHT);
        pending.forEach(change -> change.complete(new Outcome.Absent()));
        assertThat(registry.changesInFlight()).isZero();
    }

    /** A client that has its 503 no longer waits, but the change still holds what it holds. */
    @Test
    void aChangeIsUnderWayUntilItHasEnded() {
        Promise<Outcome> end = Promise.promise();
        Registry registry = registry(answering(change -> end.future()));
        assertThatThrownBy(() -> await(register(registry))).isInstanceOf(OutcomeUnknown.class);

        assertThat(registry.changesInFlight()).isOne();
        end.complete(new Outcome.Absent());
        assertThat(registry.changesInFlight()).isZero();
    }

    @Test
    void whatMayHaveWaitedWhileTheMemberStoodStillChangesNothing() {
        await(register(registry(store)));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(20));

        assertThatThrownBy(() -> await(registry(store).deregister(KEY)))
                .isInstanceOf(NotReady.class)
                .hasMessageContaining("stood still")
                .hasMessageContaining("nothing was changed");
        assertThat(shown().isTombstone()).isFalse();
    }

    /** It would get a version of a moment at which its client had long done something newer. */
    @Test
    void whatNobodyWaitsForIsNotTriedAgainWithANewVersion() {
        Promise<Outcome> late = Promise.promise();
        List<Change> sent = new ArrayList<>();
        Registry registry = registry(answering(change -> {
            sent.add(change);
            return late.future();
        }));
        assertThatThrownBy(() -> await(register(registry))).isInstanceOf(OutcomeUnknown.class);

        late.complete(new Outcome.Stale(sent.get(0).version()));

        assertThat(sent).hasSize(1);
        assertThat(registry.changesInFlight()).isZero();
    }

    @Test
    void aRaceThatIsLostAHundredTimesEnds() {
        List<Change> sent = new ArrayList<>();
        Registry patient = registry(
                answering(change -> {
                    sent.add(change);
                    return Future.succeededFuture(new Outcome.Stale(change.version()));
                }),
                Duration.ofMinutes(10));

        assertThatThrownBy(() -> await(register(patient))).isInstanceOf(OutcomeUnknown.class);
        assertThat(sent).hasSize(100);
        for (int n = 1; n < sent.size(); n++) {
            assertThat(sent.get(n).version()).isGreaterThan(sent.get(n - 1).version());
        }
    }

    @Test
    void aRegistrationThatIsTooLargeIsRefusedWithItsSize() {
        Registry registry = registry(answering(change -> Future.succeededFuture(new Outcome.TooLarge(20_000))));

        assertThatThrownBy(() -> await(register(registry)))
                .isInstanceOf(TooLarge.class)
                .hasMessageContaining("20000 bytes");
    }

    @Test
    void aMemberWhoseClockIsAheadSendsItsClientElsewhere() {
        Registry registry = registry(answering(change -> Future.succeededFuture(new Outcome.Ahead())));

        assertThatThrownBy(() -> await(register(registry)))
                .isInstanceOf(NotReady.class)
                .hasMessageContaining("send it to another");
    }

    @Test
    void aFailureOfTheStoreReachesTheClientAsItIs() {
        Registry registry = registry(answering(change -> Future.failedFuture(new OutcomeUnknown("its owner left"))));

        assertThatThrownBy(() -> await(registry.deregister(KEY))).hasMessageContaining("its owner left");
        assertThat(registry.changesInFlight()).isZero();
    }

    @Test
    void noClientWaitsBeyondTheDeadline() {
        Registry registry =
                registry(answering(change -> Promise.<Outcome>promise().future()));

        assertThatThrownBy(() -> await(registry.setWeight(KEY, new Weight(7)))).isInstanceOf(OutcomeUnknown.class);
        assertThatThrownBy(() -> await(registry.deregister(KEY))).isInstanceOf(OutcomeUnknown.class);
    }

    /** Only a host that would lose its weight and tags by its return has to wait. */
    @Test
    void whileMembersCompareARemovedHostComesBack() {
        await(register(registry(store)));
        await(registry(store).deregister(KEY));
        clock.now.addAndGet(LEASE.ttlMicros() + SECOND);
        copyIsBehind = true;
        await(register(registry(store)));
        assertThat(shown().isTombstone()).isFalse();
    }

    /** Above it the change's version would be refused elsewhere. */
    @Test
    void versionsMayBeAMinuteAheadOfTheClustersTime() {
        clock.leadMicros = 5 * SECOND;

        assertThat(clock.limitMicros()).isEqualTo(clock.nowMicros() + 55 * SECOND);
    }

    @Test
    void aClockThatIsNotKnownToBeWrongIsTheClusters() {
        Clock right = new Clock() {
            @Override
            public long nowMicros() {
                return 7;
            }

            @Override
            public Version next() {
                return new Version(7, 1);
            }

            @Override
            public Version nextAbove(Version seen) {
                return new Version(seen.micros() + 1, 1);
            }
        };

        assertThat(right.clusterMicros()).isEqualTo(7);
    }

    @Test
    void whatIsKnownOfAStoredCopyTellsItFromOthers() {
        Registration registration = registered(KEY, new Version(7, 1));
        StoredCopy known = StoredCopy.of(registration, 9);

        assertThat(known)
                .isEqualTo(new StoredCopy(
                        registration.digest(), registration.contentDigest(), new Version(7, 1), 9, true));
        assertThat(known.unmerged())
                .isEqualTo(new StoredCopy(known.digest(), known.contentDigest(), known.checkIn(), 9, false));
        assertThat(StoredCopy.of(registration.deregistered(), 9).checkIn()).isNull();
    }

    /** The deadline of a future of no event loop would be a timer of a thread that all event loops share. */
    @Test
    void whatTheStoreCompletesOnAnEventLoopStaysThere() {
        Vertx vertx = Vertx.vertx();
        try {
            ContextInternal loop = (ContextInternal) vertx.getOrCreateContext();
            Registry registry =
                    registry(answering(change -> loop.<Outcome>promise().future()), Duration.ofMinutes(1));

            assertThat(((FutureInternal<Version>) register(registry)).context()).isSameAs(loop);
        } finally {
            await(vertx.close());
        }
    }

    private Registration shown() {
        return Objects.requireNonNull(copy.find(KEY));
    }

    private static RegistrationStore answering(Function<Change, Future<Outcome>> answers) {
        return new RegistrationStore() {
            @Override
            public Future<Outcome> apply(Change change) {
                return answers.apply(change);
            }

            @Override
            public Future<Void> restore(Registration copy) {
                return Future.succeededFuture();
            }
        };
    }

    private Registry registry(RegistrationStore changes) {
        return registry(changes, Duration.ofMillis(100));
    }

    private Registry registry(RegistrationStore changes, Duration deadline) {
        return new Registry(
                changes,
                copy,
                clock,
                () -> LEASE,
                new RequestDeadline(deadline),
                new Registry.Conditions(() -> complete, standstill, room, divergence));
    }

    private static Future<Version> register(Registry registry) {
        return registry.byDeadline(registry.register(KEY, new InstanceDetails(80, "r", "", Map.of("az", "\"a\""))));
    }

    private static void await(Future<?> future) {
        try {
            future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("no answer within 20 s", late);
        }
    }
}
