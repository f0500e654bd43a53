package io.discovery.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {

    private static final long SECOND = 1_000_000;
    private static final int TIMES = 20_000;
    private static final Lease LEASE = Lease.of(Duration.ofSeconds(10));
    private static final ServiceName PAYMENTS = new ServiceName("payments");
    private static final ServiceName ORDERS = new ServiceName("orders");

    private final AtomicLong now = new AtomicLong();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.ON, now::get, CacheBudget.unlimited());
    private final Subscriptions subscriptions = new Subscriptions(directory, now::get);
    private final AtomicInteger marks = new AtomicInteger();
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void countMarks() {
        subscriptions.onMark(marks::incrementAndGet);
    }

    @Test
    void additionsChangesAndRemovalsAreTold() {
        follow(PAYMENTS);

        register(PAYMENTS, 1, "r1");
        look();
        register(PAYMENTS, 1, "r2");
        look();
        deregister(PAYMENTS, 1);
        look();

        assertThat(told).containsExactly("payments 1", "payments 1", "payments 0");
    }

    @Test
    void manyChangesInARowAreToldOnce() {
        follow(PAYMENTS);

        for (int host = 1; host <= 5; host++) {
            register(PAYMENTS, host, "r");
        }
        look();

        assertThat(told).containsExactly("payments 5");
        assertThat(marks).hasValue(1);
    }

    @Test
    void aHeartbeatTellsNobody() {
        register(PAYMENTS, 1, "r");
        follow(PAYMENTS);

        now.addAndGet(SECOND);
        register(PAYMENTS, 1, "r");
        look();

        assertThat(told).isEmpty();
        assertThat(marks).hasValue(0);
    }

    @Test
    void othersAreNotTold() {
        follow(ORDERS);

        register(PAYMENTS, 1, "r");
        look();

        assertThat(told).isEmpty();
        assertThat(marks).hasValue(0);
    }

    @Test
    void theEndOfALeaseIsToldWhenItIsDue() {
        register(PAYMENTS, 1, "r");
        now.set(5 * SECOND);
        register(PAYMENTS, 2, "r");
        follow(PAYMENTS);
        assertThat(subscriptions.look()).isEqualTo(10 * SECOND);

        now.set(10 * SECOND);
        look();
        assertThat(told).isEmpty();

        now.set(10 * SECOND + 1);
        assertThat(subscriptions.look()).isEqualTo(15 * SECOND);
        assertThat(told).containsExactly("payments 1");

        now.set(15 * SECOND + 1);
        assertThat(subscriptions.look()).isEqualTo(Long.MAX_VALUE);
        assertThat(told).containsExactly("payments 1", "payments 0");
    }

    /** The one that is followed first ends last, and two end together. */
    @Test
    void theEndsOfSeveralServicesAreToldEachInItsTime() {
        ServiceName refunds = new ServiceName("refunds");
        register(ORDERS, 1, "r");
        register(refunds, 1, "r");
        now.set(5 * SECOND);
        register(PAYMENTS, 1, "r");
        follow(PAYMENTS);
        follow(ORDERS);
        follow(refunds);
        assertThat(subscriptions.look()).isEqualTo(10 * SECOND);

        now.set(10 * SECOND + 1);
        assertThat(subscriptions.look()).isEqualTo(15 * SECOND);

        assertThat(told).containsExactlyInAnyOrder("orders 0", "refunds 0");
    }

    @Test
    void aHeartbeatPutsTheEndOffAndTellsNobody() {
        register(PAYMENTS, 1, "r");
        follow(PAYMENTS);
        now.set(9 * SECOND);
        register(PAYMENTS, 1, "r");

        now.set(11 * SECOND);

        assertThat(subscriptions.look()).isEqualTo(19 * SECOND);
        assertThat(told).isEmpty();
    }

    /** Its content is what it was, but in between it was gone. */
    @Test
    void aHostThatComesBackAsItWasIsTold() {
        register(PAYMENTS, 1, "r");
        follow(PAYMENTS);
        now.set(10 * SECOND + 1);
        look();

        register(PAYMENTS, 1, "r");
        look();

        assertThat(told).containsExactly("payments 0", "payments 1");
    }

    /** The reader who looked in between has another list than the one that was told last. */
    @Test
    void whatChangedThereAndBackBetweenTwoLooksIsTold() {
        register(PAYMENTS, 1, "r");
        follow(PAYMENTS);

        deregister(PAYMENTS, 1);
        register(PAYMENTS, 1, "r");
        look();

        assertThat(told).containsExactly("payments 1");
    }

    @Test
    void whoFollowsAllHearsOfNewServicesAndOfTheEndOfOthers() {
        register(PAYMENTS, 1, "r");
        Subscription all = subscriptions.subscribeAll(this::hear);
        look();
        told.clear();

        now.set(5 * SECOND);
        register(ORDERS, 1, "r");
        look();
        now.set(10 * SECOND + 1);
        look();
        register(PAYMENTS, 2, "r");
        look();

        assertThat(told).containsExactly("orders 1", "payments 0", "payments 1");
        all.close();
        look();
        assertThat(subscriptions.size()).isZero();
    }

    /** As it happens on another thread, when that is quick. */
    @Test
    void whoLooksAsSoonAsSomethingIsMarkedMissesNothing() {
        subscriptions.onMark(subscriptions::look);
        Subscription all = subscriptions.subscribeAll(this::hear);
        Subscription payments = subscriptions.subscribe(PAYMENTS, service -> {});
        told.clear();

        register(ORDERS, 1, "r");
        register(PAYMENTS, 1, "r");

        assertThat(told).containsExactly("orders 1", "payments 1");
        all.close();
        payments.close();
        assertThat(subscriptions.look()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aServiceThatComesBackInTheMomentInWhichItIsForgottenIsTold() {
        register(ORDERS, 1, "r");
        Subscription all = subscriptions.subscribeAll(service -> {
            hear(service);
            if (directory.service(service).listings().isEmpty()) {
                register(ORDERS, 2, "r");
            }
        });
        look();
        told.clear();

        deregister(ORDERS, 1);
        look();

        assertThat(told).containsExactly("orders 0", "orders 1");
        all.close();
    }

    @Test
    void whileTheDirectoryIsRebuiltNobodyIsTold() {
        follow(PAYMENTS);
        AtomicInteger released = new AtomicInteger();
        subscriptions.onRelease(released::incrementAndGet);
        subscriptions.hold();
        subscriptions.hold();
        register(PAYMENTS, 1, "r");

        assertThat(subscriptions.look()).isEqualTo(Long.MAX_VALUE);
        subscriptions.release();
        assertThat(subscriptions.isHeld()).as("held twice").isTrue();
        look();
        assertThat(told).isEmpty();
        assertThat(released).hasValue(0);

        marks.set(0);
        subscriptions.release();
        assertThat(subscriptions.isHeld()).isFalse();
        assertThat(released).hasValue(1);
        assertThat(marks).as("there is something to look at").hasValue(1);
        look();
        assertThat(told).containsExactly("payments 1");
    }

    /** Members bring each other a few late changes again and again. */
    @Test
    void changesThatComeTogetherAreToldTogetherAndAreNoRebuild() {
        follow(PAYMENTS);
        subscriptions.hold();
        subscriptions.release();
        AtomicInteger released = new AtomicInteger();
        subscriptions.onRelease(released::incrementAndGet);
        int before = subscriptions.rebuilds();

        subscriptions.together(() -> {
            register(PAYMENTS, 1, "r");
            assertThat(subscriptions.look()).isEqualTo(Long.MAX_VALUE);
            register(PAYMENTS, 2, "r");
        });
        assertThat(released).as("who found it held looks again").hasValue(1);
        look();

        assertThat(told).containsExactly("payments 2");
        assertThat(subscriptions.wasRebuiltSince(before)).isFalse();
        subscriptions.hold();
        subscriptions.release();
        assertThat(subscriptions.wasRebuiltSince(before)).isTrue();
    }

    @Test
    void whileAMemberDoubtsItsCopyNobodyIsTold() {
        AtomicBoolean doubt = new AtomicBoolean();
        subscriptions.holdWhenever(doubt::get);
        AtomicInteger released = new AtomicInteger();
        subscriptions.onRelease(released::incrementAndGet);
        follow(PAYMENTS);
        look();
        assertThat(released).hasValue(0);
        doubt.set(true);
        register(PAYMENTS, 1, "r");
        look();
        assertThat(told).isEmpty();

        doubt.set(false);
        look();
        look();
        assertThat(told).containsExactly("payments 1");
        assertThat(released).as("it may end without a rebuild").hasValue(1);
    }

    @Test
    void whoLeavesAllTakesNothingFromOthers() {
        Subscription first = subscriptions.subscribeAll(this::hear);
        Subscription second = subscriptions.subscribeAll(this::hear);
        subscriptions.subscribe(PAYMENTS, service -> {});
        register(ORDERS, 1, "r");
        look();
        told.clear();

        first.close();
        register(ORDERS, 2, "r");
        look();
        assertThat(told).containsExactly("orders 2");

        second.close();
        register(ORDERS, 3, "r");
        look();
        assertThat(told).containsExactly("orders 2");
        assertThat(subscriptions.size()).as("one is followed by itself").isEqualTo(1);
    }

    @Test
    void aServiceWithoutHostsIsForgottenUnlessItIsFollowedByItself() {
        Subscription all = subscriptions.subscribeAll(this::hear);
        follow(PAYMENTS);
        register(ORDERS, 1, "r");
        look();
        assertThat(subscriptions.size()).isEqualTo(2);

        deregister(ORDERS, 1);
        look();

        assertThat(subscriptions.size()).isEqualTo(1);
        all.close();
    }

    /** Clients may ask for any name. */
    @Test
    void aServiceWithoutHostsIsForgottenWhenItsLastSubscriberLeaves() {
        Subscription all = subscriptions.subscribeAll(this::hear);
        Subscription one = follow(PAYMENTS);
        look();

        one.close();
        look();

        assertThat(subscriptions.size()).isZero();
        all.close();
    }

    @Test
    void whoHasLeftIsNotTold() {
        Subscription first = follow(PAYMENTS);
        Subscription second = follow(PAYMENTS);
        first.close();

        register(PAYMENTS, 1, "r");
        look();
        assertThat(told).containsExactly("payments 1");

        second.close();
        register(PAYMENTS, 2, "r");
        assertThat(subscriptions.look()).isEqualTo(Long.MAX_VALUE);
        assertThat(told).containsExactly("payments 1");
        assertThat(subscriptions.size()).isZero();
    }

    @Test
    void aSubscriberThatFailsKeepsNothingFromTheOthers() {
        subscriptions.subscribe(PAYMENTS, service -> {
            throw new IllegalStateException("a subscriber's own fault");
        });
        follow(PAYMENTS);

        register(PAYMENTS, 1, "r");
        look();

        assertThat(told).containsExactly("payments 1");
    }

    /** While more have lapsed than are live, who has lapsed stays listed, marked; and goes when enough are back. */
    @Test
    void theBeginningAndTheEndOfProtectionAreTold() {
        for (int host = 1; host <= 20; host++) {
            register(PAYMENTS, host, "r");
        }
        follow(PAYMENTS);
        now.set(10 * SECOND + 1);
        look();
        assertThat(told).containsExactly("payments 20");
        assertThat(directory.service(PAYMENTS).stale()).isEqualTo(20);

        for (int host = 1; host <= 40; host++) {
            register(ORDERS, host, "r");
        }
        look();

        assertThat(told).containsExactly("payments 20", "payments 0");
    }

    /** A client that has read the list in between has another than the one that was told last. */
    @Test
    void protectionThatEndsAndBeginsAgainBetweenTwoLooksIsTold() {
        for (int host = 1; host <= 20; host++) {
            register(PAYMENTS, host, "r");
        }
        follow(PAYMENTS);
        now.set(10 * SECOND + 1);
        look();
        told.clear();
        for (int host = 1; host <= 40; host++) {
            register(ORDERS, host, "r");
        }
        assertThat(directory.service(PAYMENTS).listings()).isEmpty();

        now.set(20 * SECOND + 2);
        look();

        assertThat(told).containsExactly("payments 20");
    }

    /** The service has no list before, so nothing was kept of it. */
    @Test
    void subscribersToAllAreToldOfAServiceThatProtectionBringsBack() {
        subscriptions.subscribeAll(this::hear);
        register(ORDERS, 1, "r");
        now.set(5 * SECOND);
        for (int host = 1; host <= 20; host++) {
            register(PAYMENTS, host, "r");
        }
        now.set(10 * SECOND + 1);
        look();
        assertThat(told).contains("orders 0");
        told.clear();

        now.set(15 * SECOND + 1);
        look();

        assertThat(told).contains("orders 1");
    }

    /** The one that was left may be forgotten after the new one has been looked at. */
    @Tag("race")
    @Test
    void aServiceThatIsFollowedWhileItIsLeftIsToldOfTheEndOfItsLeases() {
        register(PAYMENTS, 1, "r");
        AtomicReference<Subscription> toLeave = new AtomicReference<>();
        AtomicBoolean isOver = new AtomicBoolean();
        Thread leaving = new Thread(() -> {
            while (!isOver.get()) {
                Subscription left = toLeave.get();
                if (left != null) {
                    left.close();
                    toLeave.set(null);
                }
            }
        });
        leaving.start();
        Set<Long> ends = new HashSet<>();
        Subscription current = subscriptions.subscribe(PAYMENTS, this::hear);
        subscriptions.look();

        for (int time = 0; time < TIMES; time++) {
            toLeave.set(current);
            spin(time % 200);
            current = subscriptions.subscribe(PAYMENTS, this::hear);
            subscriptions.look();
            while (toLeave.get() != null) {
                Thread.onSpinWait();
            }
            ends.add(subscriptions.look());
        }
        isOver.set(true);

        assertThat(ends).containsExactly(10 * SECOND);
    }

    private static void spin(int times) {
        for (int time = 0; time < times; time++) {
            Thread.onSpinWait();
        }
    }

    private Subscription follow(ServiceName service) {
        Subscription subscription = subscriptions.subscribe(service, this::hear);
        look();
        told.clear();
        marks.set(0);
        return subscription;
    }

    private void look() {
        subscriptions.look();
    }

    private void hear(ServiceName service) {
        Snapshot snapshot = directory.service(service);
        told.add(snapshot.name() + " " + snapshot.listings().size());
    }

    private void register(ServiceName service, int host, String revision) {
        apply(new Change.Register(
                key(service, host), version(), 80, revision, "", Map.of("az", "\"a\""), directory.listingLease()));
    }

    private void deregister(ServiceName service, int host) {
        apply(new Change.Deregister(key(service, host), version(), directory.listingLease()));
    }

    /** Returns a version above all before it. */
    private Version version() {
        return new Version(now.get(), ++versions);
    }

    private long versions;

    private void apply(Change change) {
        if (change.applyTo(directory.find(change.key())) instanceof Outcome.Applied applied) {
            directory.merge(applied.registration());
        }
    }

    private static InstanceKey key(ServiceName service, int host) {
        return InstanceKey.of(service, new IpAddress("127.0.0." + host));
    }
}
