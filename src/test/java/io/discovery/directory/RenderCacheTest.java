package io.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.CacheBudget;
import io.discovery.memory.HeapReserve;
import io.discovery.model.CheckIn;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The renderings of lists that are kept, and the time for which they are. */
class RenderCacheTest {

    private static final int LARGE = 1_000;
    private static final long SECOND = 1_000_000;
    private static final Lease LEASE = Lease.of(Duration.ofSeconds(100));

    private final AtomicLong now = new AtomicLong(1_000 * SECOND);
    /** The budget for two lists with a large rendering each. */
    private final CacheBudget budget = new CacheBudget(5 * LARGE, new HeapReserve(Long.MAX_VALUE));

    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, now::get, budget);
    private final AtomicInteger made = new AtomicInteger();
    private final Renderer<Integer> large = new Renderer<>(snapshot -> made.incrementAndGet(), rendered -> LARGE);
    private final Renderer<Integer> other = new Renderer<>(snapshot -> made.incrementAndGet(), rendered -> LARGE);

    @Test
    void thatOfAnOldListTakesNoRoom() {
        for (int n = 0; n < 10; n++) {
            register("payments", n);
            service("payments").rendered(large);
        }

        assertThat(budget.bytes()).isBetween((long) LARGE, 2L * LARGE - 1);
    }

    @Test
    void thatOfOldContentTakesNoRoom() {
        for (int n = 0; n < 10; n++) {
            register("payments", n);
            service("payments").renderedContent(large);
        }

        assertThat(budget.bytes()).isBetween((long) LARGE, 2L * LARGE - 1);
    }

    @Test
    void thatOfAServiceWithoutHostsTakesNoRoom() {
        register("payments", 1);
        service("payments").rendered(large);
        service("payments").renderedContent(other);

        now.addAndGet(LEASE.retentionMicros() + SECOND);
        directory.sweep();

        assertThat(budget.bytes()).isZero();
    }

    @Test
    void listsThemselvesTakeRoomToo() {
        for (int n = 0; n < 100; n++) {
            register("service-" + n, 1);
            service("service-" + n);
        }

        assertThat(budget.bytes()).isBetween(4L * LARGE, 5L * LARGE);
        Snapshot kept = service("service-99");
        assertThat(service("service-99")).isSameAs(kept);
        Snapshot dropped = service("service-1");
        for (int n = 2; n < 100; n++) {
            service("service-" + n);
        }
        assertThat(service("service-1")).isNotSameAs(dropped);
    }

    @Test
    void whatIsMadeOfAListThatWasDroppedIsNotCounted() {
        register("first", 1);
        Snapshot dropped = service("first");
        for (int n = 0; n < 100; n++) {
            register("service-" + n, 1);
            service("service-" + n);
        }
        long before = budget.bytes();

        dropped.rendered(large);

        assertThat(budget.bytes()).isEqualTo(before);
    }

    /** And 250 of its entry in the budget. */
    @Test
    void aListTakesRoomForItsHostsAndForItsName() {
        register("four", 1);
        register("four", 2);
        register("four", 3);

        service("four");

        assertThat(budget.bytes()).isEqualTo(250 + 400 + 3 * 4 + 4 * 6);
    }

    @Test
    void countingHostsKeepsNoLists() {
        for (int n = 0; n < 5; n++) {
            register("service-" + n, 1);
        }

        assertThat(directory.hosts()).isEqualTo(5);
        directory.overview((service, counts) -> {});

        assertThat(budget.bytes()).isZero();
    }

    /** Such a list would keep hosts that have gone. */
    @Test
    void aListWhoseLeasesHaveEndedTakesNoRoomOnceItsHostsAreCounted() {
        register("payments", 1);
        service("payments").rendered(large);
        now.addAndGet(LEASE.ttlMicros() + 1);

        assertThat(directory.hosts()).isZero();

        assertThat(budget.bytes()).isZero();
    }

    @Test
    void aRenderingForWhichThereIsNoRoomIsMadeAgainAndTheOthersStay() {
        register("payments", 1);
        Snapshot list = service("payments");
        List<Renderer<Integer>> renderers = Stream.generate(
                        () -> new Renderer<>(snapshot -> made.incrementAndGet(), rendered -> LARGE))
                .limit(10)
                .toList();

        renderers.forEach(renderer -> service("payments").rendered(renderer));

        assertThat(service("payments")).as("it is read all the time").isSameAs(list);
        assertThat(list.rendered(renderers.get(9))).isEqualTo(10);
        assertThat(list.rendered(renderers.get(0))).isEqualTo(11);
    }

    @Test
    void thatOfAnUnknownServiceTakesNoRoom() {
        service("unknown").rendered(large);

        assertThat(budget.bytes()).isZero();
        assertThat(RenderCache.NO_MATTER.bytes()).isZero();
    }

    @Test
    void whoHasAnOldListIsServedOnAndNothingCounts() {
        register("payments", 1);
        Snapshot old = service("payments");
        register("payments", 2);

        assertThat(old.rendered(large)).isEqualTo(1);
        assertThat(old.rendered(large)).as("made once").isEqualTo(1);
        assertThat(budget.bytes()).isZero();
    }

    @Test
    void whereThereIsNoRoomForAllTheOneThatNobodyReadsIsMadeAgain() {
        register("read", 1);
        register("unread", 1);
        service("read").rendered(large);
        service("unread").rendered(large);
        service("read").rendered(large);

        register("new", 1);
        service("new").rendered(large);

        assertThat(budget.bytes()).isLessThanOrEqualTo(5L * LARGE);
        assertThat(service("read").rendered(large)).isEqualTo(1);
        assertThat(service("new").rendered(large)).isEqualTo(3);
        assertThat(service("unread").rendered(large)).isEqualTo(4);
    }

    private Snapshot service(String name) {
        return directory.service(new ServiceName(name));
    }

    private void register(String service, int n) {
        CheckIn checkIn = new CheckIn(new Version(now.get(), 1), 80, "r", "repo");
        directory.merge(new Registration(Fixtures.key(service, n), checkIn, Tags.NONE, null));
    }
}
