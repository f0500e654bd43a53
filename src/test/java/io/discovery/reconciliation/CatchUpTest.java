package io.discovery.reconciliation;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.discovery.cluster.ClusterClock;
import io.discovery.cluster.ClusterClock.Reading;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.memory.CacheBudget;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.discovery.registry.ProcessPauseDetector;
import io.discovery.subscription.Subscriptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a merge to the end of a comparison that began after it, nobody hears anything of this member. */
class CatchUpTest {

    private static final MapReconciliation.Result EQUAL = new MapReconciliation.Result(0, 0, 0, 0);

    private static final long NOW = 1_000_000;

    private final Readiness readiness = new Readiness();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> NOW, CacheBudget.unlimited());
    private final Subscriptions subscriptions = new Subscriptions(directory, () -> NOW);
    /** By ids that begin with an address. */
    private Set<String> members = Set.of("self");

    private final Map<String, Consumer<Runnable>> stopping = new HashMap<>();
    private final AtomicLong nanos = new AtomicLong();
    private final ProcessPauseDetector standstill =
            new ProcessPauseDetector(Duration.ofSeconds(1), Duration.ofSeconds(3), nanos::get, () -> 0);
    private Reading oldest = new Reading.Self();
    private final ClusterClock clock = new ClusterClock(() -> oldest, () -> NOW, nanos::get, 1, Duration.ofSeconds(10));
    private final MissingMembers missing = new MissingMembers(
            () -> members.stream().collect(Collectors.toMap(id -> id, id -> id.split("#")[0])),
            (id, task) -> stopping.getOrDefault(id, then -> {}).accept(task),
            Duration.ofSeconds(100),
            nanos::get);
    private final CatchUp catchingUp =
            new CatchUp(readiness, subscriptions, () -> members, missing, standstill, clock, nanos::get);
    private final List<Integer> told = new ArrayList<>();

    @BeforeEach
    void open() {
        readiness.enter(Readiness.Phase.WARMING);
        readiness.enter(Readiness.Phase.OPEN);
        subscriptions.subscribe(new ServiceName("svc"), this::tell);
        subscriptions.look();
        told.clear();
    }

    private void tell(ServiceName service) {
        told.add(directory.service(service).listings().size());
    }

    /** A client may report to it before Hazelcast's events have told it. */
    @Test
    void mapAndCopyAreBehindAsSoonAsThereAreOtherMembers() {
        members = Set.of("self", "peer");
        assertThat(catchingUp.isMapBehind()).isTrue();
        assertThat(catchingUp.isCopyBehind()).isTrue();

        catchingUp.unrest();
        catchingUp.meeting(() -> told(1, 0));
        catchingUp.comparing(() -> EQUAL);
        assertThat(catchingUp.isCopyBehind()).isFalse();
        assertThat(catchingUp.isMapBehind()).isFalse();

        members = Set.of("self");
        assertThat(catchingUp.isCopyBehind()).isTrue();
    }

    /** What is missing in one comparison only was written while it ran. */
    @Test
    void theMapIsBehindUntilItLacksNothingOrNothingForLong() {
        catchingUp.unrest();
        catchingUp.comparing(() -> new MapReconciliation.Result(0, 3, 0, 0));
        assertThat(catchingUp.isMapBehind()).isTrue();
        catchingUp.comparing(() -> new MapReconciliation.Result(0, 3, 2, 2));
        assertThat(catchingUp.isMapBehind()).isTrue();
        catchingUp.comparing(() -> new MapReconciliation.Result(0, 1, 0, 0));
        assertThat(catchingUp.isMapBehind()).isFalse();

        catchingUp.unrest();
        catchingUp.comparing(() -> EQUAL);
        assertThat(catchingUp.isMapBehind()).isFalse();

        catchingUp.comparing(() -> {
            catchingUp.unrest();
            return EQUAL;
        });
        assertThat(catchingUp.isMapBehind())
                .as("the comparison had begun before members came or went")
                .isTrue();
    }

    @Test
    void whoHasJustJoinedTakesTheMapForBehind() {
        assertThat(catchingUp.isMapBehind()).isTrue();

        catchingUp.comparing(() -> EQUAL);

        assertThat(catchingUp.isMapBehind()).isFalse();
    }

    @Test
    void theCopyIsBehindUntilPeersHaveBeenMet() {
        catchingUp.unrest();
        catchingUp.meeting(() -> told(1, 1));
        assertThat(catchingUp.isCopyBehind()).isTrue();

        catchingUp.meeting(() -> told(1, 0));
        assertThat(catchingUp.isCopyBehind()).isFalse();
    }

    /** As after a split of a million hosts. */
    @Test
    void theCopyIsNotBelievedBeforeAComparisonIsCompleteHoweverLongItTakes() {
        catchingUp.unrest();
        nanos.addAndGet(Duration.ofMinutes(3).toNanos());

        catchingUp.meeting(() -> told(1, 1));
        assertThat(catchingUp.isMeetingPeers()).isFalse();
        assertThat(catchingUp.mayLackRenewals()).isTrue();

        catchingUp.meeting(() -> told(1, 0));
        assertThat(catchingUp.mayLackRenewals()).isFalse();
    }

    @Test
    void whoIsMissingMayHearHostsUntilItIsBackAndHasBeenComparedWith() {
        join("peer#1", "other#1");
        assertThat(catchingUp.mayLackRenewals()).isFalse();

        join("other#1");
        assertThat(catchingUp.isCopyBehind()).isFalse();
        assertThat(catchingUp.mayLackRenewals()).isTrue();

        members = Set.of("self", "other#1", "peer#2");
        catchingUp.unrest();
        catchingUp.meeting(() -> told(2, 1));
        assertThat(catchingUp.mayLackRenewals()).isTrue();
        catchingUp.meeting(() -> told(2, 0));
        assertThat(catchingUp.mayLackRenewals()).isFalse();
    }

    @Test
    void whoIsMissingForLongIsForgotten() {
        join("peer#1");
        join();
        nanos.addAndGet(Duration.ofSeconds(100).toNanos());
        assertThat(catchingUp.mayLackRenewals()).isTrue();

        nanos.addAndGet(1);
        assertThat(catchingUp.mayLackRenewals()).isFalse();
    }

    @Test
    void whoHasStoppedInOrderIsNotMissing() {
        join("peer#1", "other#1");
        stopping.put("peer#1", Runnable::run);
        join("other#1");
        assertThat(catchingUp.mayLackRenewals()).isFalse();

        List<Runnable> later = new ArrayList<>();
        stopping.put("other#1", later::add);
        join();
        assertThat(catchingUp.mayLackRenewals()).isTrue();
        later.forEach(Runnable::run);
        assertThat(catchingUp.mayLackRenewals()).isFalse();
    }

    /** From now on they are the others, and have been compared with. */
    private void join(String... others) {
        members = Stream.concat(Stream.of("self"), Stream.of(others)).collect(Collectors.toSet());
        catchingUp.unrest();
        catchingUp.meeting(() -> told(others.length, 0));
    }

    /** Whoever starts lists nothing before: the map may lack all that the others hold. */
    @Test
    void allHaveBeenMetWhenTheyHaveToldAllSinceTheLastOfThemCame() {
        assertThat(catchingUp.hasMetAll()).isFalse();
        catchingUp.meeting(() -> told(0, 0));
        assertThat(catchingUp.hasMetAll()).as("alone").isTrue();

        members = Set.of("self", "peer");
        assertThat(catchingUp.hasMetAll()).isFalse();
        catchingUp.meeting(() -> {
            catchingUp.unrest();
            return told(1, 0);
        });
        catchingUp.meeting(() -> told(1, 1));
        catchingUp.comparing(() -> EQUAL);
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(catchingUp.hasMetAll()).isFalse();

        catchingUp.meeting(() -> told(1, 0));
        assertThat(catchingUp.hasMetAll()).isTrue();
    }

    @Test
    void nobodyHasMetAllWhileItMergesOrBeforeItHasComparedAfterThat() {
        catchingUp.begin();
        catchingUp.meeting(() -> told(1, 0));
        assertThat(catchingUp.hasMetAll()).isFalse();
        catchingUp.end();
        assertThat(catchingUp.hasMetAll()).isFalse();

        catchingUp.meeting(() -> told(1, 0));
        assertThat(catchingUp.hasMetAll()).isTrue();
    }

    /**
     * A member that is the oldest, and whose clock is far behind, learns of a peer's hosts when the peer has given them
     * back.
     */
    @Test
    void hostsThatComeByTheMapAloneAreWaitedFor() {
        catchingUp.meeting(() -> new PeerReconciliation.Result(1, 0, 0, 1));
        assertThat(catchingUp.hasMetAll()).isFalse();
        assertThat(catchingUp.isMeetingPeers()).as("the map may be compared").isFalse();

        catchingUp.meeting(() -> told(1, 0));
        assertThat(catchingUp.hasMetAll()).isTrue();
    }

    @Test
    void withoutAMergeNothingIsRefused() {
        assertThat(catchingUp.comparing(() -> EQUAL)).isEqualTo(EQUAL);
        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void aListThatIsBeingPutTogetherIsTakenForTheWholeByNobody() {
        merge(catchingUp);
        assertThat(readiness.whyNoReads()).contains("merged");

        catchingUp.comparing(() -> {
            learn(1);
            subscriptions.look();
            assertThat(readiness.whyNoReads()).isNotNull();
            learn(2);
            return EQUAL;
        });
        assertThat(told).isEmpty();
        assertThat(readiness.whyNoReads()).isNull();

        subscriptions.look();
        assertThat(told).containsExactly(2);
    }

    @Test
    void aComparisonThatBeganBeforeTheMergeIsNotEnough() {
        catchingUp.comparing(() -> {
            merge(catchingUp);
            return EQUAL;
        });
        assertThat(readiness.whyNoReads()).isNotNull();

        catchingUp.comparing(() -> EQUAL);
        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void aComparisonThatFailsIsNotEnough() {
        merge(catchingUp);
        assertThatThrownBy(() -> catchingUp.comparing(() -> {
                    throw new IllegalStateException("no answer");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(readiness.whyNoReads()).isNotNull();
        assertThat(subscriptions.isHeld()).isTrue();
    }

    @Test
    void aComparisonWithAllPeersIsEnoughAndOneWithSomeIsNot() {
        merge(catchingUp);

        catchingUp.meeting(() -> told(1, 1));
        assertThat(readiness.whyNoReads()).isNotNull();

        catchingUp.meeting(() -> told(1, 0));
        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void whileItMergesItMeetsItsPeers() {
        catchingUp.begin();

        assertThat(catchingUp.meeting(() -> told(1, 0)).isComplete()).isTrue();

        catchingUp.end();
        assertThat(readiness.whyNoReads())
                .as("until it has met them as one of them")
                .isNotNull();
    }

    @Test
    void muchThatAPeerTellsAfterASplitIsSeenAsAWhole() {
        catchingUp.inOneGo(
                1_000,
                () -> assertThat(readiness.whyNoReads())
                        .as("nobody came or went")
                        .isNull());

        catchingUp.unrest();
        catchingUp.inOneGo(1, () -> assertThat(readiness.whyNoReads()).isNull());
        catchingUp.inOneGo(1_000, () -> assertThat(readiness.whyNoReads()).contains("other members have newer"));
        assertThat(readiness.whyNoReads()).isNull();
    }

    /** The comparison with the map and that with peers have a thread each. */
    @Test
    void readsAreRefusedUntilTheLastOfTwoComparisonsHasLearnt() {
        catchingUp.unrest();
        catchingUp.inOneGo(1_000, () -> {
            catchingUp.inOneGo(1_000, () -> {});
            assertThat(readiness.whyNoReads()).isNotNull();
        });

        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void whatIsLearntDuringAMergeEndsNoRefusal() {
        catchingUp.unrest();
        catchingUp.inOneGo(1_000, () -> merge(catchingUp));

        assertThat(readiness.whyNoReads()).isNotNull();
    }

    @Test
    void aMemberThatHasNotOpenedYetSaysWhyItIsNot() {
        Readiness starting = new Readiness();
        starting.enter(Readiness.Phase.WARMING);
        merge(new CatchUp(starting, subscriptions, () -> members, missing, standstill, clock, nanos::get));
        assertThat(starting.whyNoReads()).isEqualTo("loading the registry");

        starting.enter(Readiness.Phase.OPEN);
        assertThat(starting.whyNoReads()).contains("merged");
    }

    /** By then it is among the others, and would learn of them. */
    @Test
    void whileItMergesItShowsWhatItHadAndComparesNothing() {
        CountDownLatch hasCompared = new CountDownLatch(1);
        catchingUp.begin();
        assertThat(readiness.whyNoReads()).isNull();
        Thread comparing = new Thread(() -> catchingUp.comparing(() -> {
            assertThat(readiness.whyNoReads()).isNotNull();
            hasCompared.countDown();
            return EQUAL;
        }));
        comparing.start();
        await().until(() -> comparing.getState() == Thread.State.TIMED_WAITING);
        assertThat(hasCompared.getCount()).isOne();

        catchingUp.end();

        await().until(() -> hasCompared.getCount() == 0 && readiness.whyNoReads() == null);
    }

    @Test
    void aComparisonThatIsUnderWayWhenAMergeBeginsTeachesNothing() {
        assertThatThrownBy(() -> catchingUp.comparing(() -> {
                    catchingUp.begin();
                    catchingUp.fromTheMap(1, () -> learn(2));
                    return EQUAL;
                }))
                .hasMessageContaining("being merged");
        assertThat(readiness.whyNoReads()).isNull();
        assertThat(directory.size()).isZero();

        catchingUp.end();
        catchingUp.fromTheMap(1, () -> learn(2));
        assertThat(directory.size()).isEqualTo(1);
    }

    @Test
    void aLongStandstillIsRefusedAtOnceAndUntilAsManyPeersHaveBeenMet() {
        catchingUp.meeting(() -> told(2, 0));
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        assertThat(readiness.whyNoReads()).contains("stood still");
        assertThat(subscriptions.isHeld()).isTrue();
        wake();
        assertThat(readiness.whyNoReads()).contains("stood still");
        assertThat(subscriptions.isHeld()).isTrue();
        assertThat(catchingUp.isCopyBehind()).isTrue();

        catchingUp.meeting(() -> told(2, 1));
        catchingUp.meeting(() -> told(1, 0));
        catchingUp.comparing(() -> EQUAL);
        assertThat(readiness.whyNoReads()).isNotNull();

        catchingUp.meeting(() -> told(2, 0));
        assertThat(readiness.whyNoReads()).isNull();
        assertThat(subscriptions.isHeld()).isFalse();
        assertThat(catchingUp.isCopyBehind()).isFalse();
    }

    @Test
    void aComparisonThatBeganBeforeAStandstillIsNotEnough() {
        catchingUp.meeting(() -> told(1, 0));
        catchingUp.meeting(() -> {
            standStill();
            return told(1, 0);
        });

        assertThat(readiness.whyNoReads()).isNotNull();
    }

    @Test
    void whoStoodStillAndHasMergedComparesWithWhoIsThere() {
        catchingUp.meeting(() -> told(2, 0));
        standStill();
        merge(catchingUp);
        assertThat(readiness.whyNoReads()).contains("merged");

        catchingUp.meeting(() -> told(1, 0));

        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void peersThatAreGoneAreWaitedForAWhile() {
        catchingUp.meeting(() -> told(1, 0));
        standStill();
        for (int second = 0; second < 15; second++) {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            standstill.sign();
        }
        catchingUp.meeting(() -> told(0, 0));
        assertThat(readiness.whyNoReads()).isNotNull();

        nanos.addAndGet(1);
        catchingUp.meeting(() -> told(0, 0));

        assertThat(readiness.whyNoReads()).isNull();
        assertThat(subscriptions.isHeld()).isFalse();
    }

    @Test
    void anotherStandstillBeginsTheWaitAnew() {
        catchingUp.meeting(() -> told(1, 0));
        standStill();
        nanos.addAndGet(Duration.ofSeconds(20).toNanos());
        wake();

        catchingUp.meeting(() -> told(0, 0));

        assertThat(readiness.whyNoReads()).isNotNull();
    }

    @Test
    void whoWasAloneBeforeItStoodStillWaitsForNobody() {
        standStill();
        catchingUp.meeting(() -> told(0, 0));

        assertThat(readiness.whyNoReads()).isNull();
    }

    /** By a clock far behind theirs, what peers have written since the split looks as if it came too early. */
    @Test
    void aComparisonWithoutTheOldestMembersTimeIsNotEnough() {
        merge(catchingUp);
        oldest = new Reading.None();
        catchingUp.meeting(() -> told(1, 0));
        assertThat(readiness.whyNoReads()).isNotNull();

        oldest = new Reading.Peer(nanos.get(), NOW + 3_600_000_000L, 0);
        catchingUp.meeting(() -> {
            assertThat(clock.nowMicros()).isEqualTo(NOW + 3_600_000_000L);
            return told(1, 0);
        });

        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void anOldestMemberThatTellsNoTimeIsWaitedForAWhile() {
        merge(catchingUp);
        oldest = new Reading.None();
        nanos.addAndGet(Duration.ofSeconds(15).toNanos());
        standstill.sign();
        catchingUp.meeting(() -> told(1, 0));
        assertThat(readiness.whyNoReads()).isNotNull();

        nanos.addAndGet(1);
        catchingUp.meeting(() -> told(1, 0));

        assertThat(readiness.whyNoReads()).isNull();
    }

    /** By its clock leases have ended that others know to go on. */
    @Test
    void aMemberWhoseClockIsFarAheadOfTheOldestMembersRefusesAll() {
        oldest = new Reading.Peer(nanos.get(), NOW - 59_000_000, 0);
        catchingUp.adjustClock();
        assertThat(readiness.whyNoReads()).isNull();

        oldest = new Reading.Peer(nanos.get(), NOW - 61_000_000, 0);
        catchingUp.adjustClock();
        assertThat(readiness.whyNoReads()).contains("clock");
        assertThat(readiness.whyNoWrites()).contains("clock");
        assertThat(subscriptions.isHeld()).isTrue();
        oldest = new Reading.None();
        catchingUp.adjustClock();
        assertThat(readiness.whyNoReads()).contains("clock");
        assertThat(readiness.whyNoWrites()).contains("clock");

        oldest = new Reading.Peer(nanos.get(), NOW - 59_000_000, 0);
        catchingUp.adjustClock();
        assertThat(readiness.whyNoWrites()).isNull();
        assertThat(readiness.whyNoReads()).isNull();
        assertThat(subscriptions.isHeld()).isFalse();
    }

    /** It cannot know of leases that others hold, but hosts report by its clock from now on. */
    @Test
    void whoIsFarAheadAndLeftAloneTakesWritesAtOnceAndReadsInALease() {
        oldest = new Reading.Peer(nanos.get(), NOW - 61_000_000, 0);
        catchingUp.adjustClock();
        oldest = new Reading.Self();
        catchingUp.adjustClock();
        assertThat(readiness.whyNoWrites()).isNull();
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        standstill.sign();
        catchingUp.adjustClock();
        assertThat(readiness.whyNoReads()).isNotNull();

        nanos.addAndGet(1);
        catchingUp.adjustClock();

        assertThat(readiness.whyNoReads()).isNull();
        assertThat(subscriptions.isHeld()).isFalse();
    }

    @Test
    void whoHasMergedTakesWritesWhenItHasBeenToldTheTime() {
        merge(catchingUp);
        oldest = new Reading.None();
        catchingUp.adjustClock();
        assertThat(readiness.whyNoWrites()).contains("time");

        oldest = new Reading.Peer(nanos.get(), NOW, 0);
        catchingUp.adjustClock();

        assertThat(readiness.whyNoWrites()).isNull();
    }

    private void standStill() {
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        wake();
    }

    private void wake() {
        standstill.onLong(catchingUp::stoodStill);
        standstill.sign();
    }

    private static PeerReconciliation.Result told(int peers, int silent) {
        return new PeerReconciliation.Result(peers, 0, silent, 0);
    }

    private static void merge(CatchUp catchingUp) {
        catchingUp.begin();
        catchingUp.end();
    }

    private void learn(int host) {
        directory.merge(registered(key("svc", host), new Version(NOW, host)));
    }
}
