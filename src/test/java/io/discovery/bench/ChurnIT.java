package io.discovery.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.MemberUsage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The memory that silent hosts leave behind in a member whose list is read all the time. HOST_TTL is small, so that a
 * day passes in minutes. Prints the heap after collections; asserts that only the registrations that a member keeps
 * until RETENTION stay in it. For scripts/check-churn.
 *
 * <p>The rule, at every sample: heap ≤ 1.2 x heap before + (registrations known - registrations known before) x the
 * cost of one. The cost of one is measured too, with hosts of an unread service, and holds their bytes in a list.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class ChurnIT {

    private static final int HOSTS = Integer.getInteger("discovery.churn.hosts", 2_000);
    private static final int TTL = Integer.getInteger("discovery.churn.ttl", 10);
    private static final int DEATHS = Integer.getInteger("discovery.churn.deaths", 10_000);
    private static final int DEPLOYS = Integer.getInteger("discovery.churn.deploys", 24);
    private static final int UNREAD = 5_000;
    /** HISTORY_CHANGES: less than come before the heap is measured, so that the history grows no more. */
    private static final int CHANGES = 1_000;

    private static final double MOST = 1.2;
    private static final String SERVICE = "churn";
    private static final double MEGABYTE = 1 << 20;

    private static final Duration BETWEEN_DEATHS = Duration.ofMillis(20);
    /** The pause between deploys; with the default HOST_TTL it would be an hour. */
    private static final Duration BETWEEN_DEPLOYS = Duration.ofSeconds(6L * TTL);
    /** The part of the pause that a rolling deploy takes. */
    private static final Duration A_DEPLOY = BETWEEN_DEPLOYS.dividedBy(3);

    private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(TTL);
    private static final Duration RETENTION = Duration.ofSeconds(8L * TTL + 60);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final long start = System.nanoTime();

    @AutoClose
    private final MemberProcess member = MemberProcess.start(
            Map.of("HOST_TTL", Integer.toString(TTL), "HISTORY_CHANGES", Integer.toString(CHANGES)),
            "-Xmx512m",
            "-XX:+ExitOnOutOfMemoryError");

    private final Fleet fleet = Fleet.register(member.client(), SERVICE, HOSTS);

    @AutoClose
    private final ListReader reader = ListReader.start(member.client(), "/v1/registration/" + SERVICE);

    private double heapBefore;
    private double knownBefore;
    private double bytesEach;
    private long nextHeartbeat = start;
    private long nextSample;
    private boolean takesSamples;

    @BeforeEach
    void measureBefore() {
        live(Duration.ofSeconds(2L * TTL));
        heapBefore = MemberUsage.liveHeap(member);
        knownBefore = known();
        Fleet.register(member.client(), "unread", UNREAD);
        double listed = (double) reader.bytes() / HOSTS;
        bytesEach = (MemberUsage.liveHeap(member) - heapBefore) / UNREAD + listed;
        System.out.printf(
                "bench: before: %.1f MB of heap, %.0f registrations, a list of %.2f MB; one more, unread, takes %.0f"
                        + " bytes, and %.0f in a list%n",
                heapBefore / MEGABYTE, knownBefore, reader.bytes() / MEGABYTE, bytesEach - listed, listed);
        nextSample = System.nanoTime() + BETWEEN_SAMPLES.toNanos();
        takesSamples = true;
    }

    @AfterEach
    void tellOfAnEarlyEnd() {
        if (!member.isAlive()) {
            System.out.printf(
                    "bench: the member has ended, with exit code %d, after %d silent deaths%n",
                    member.awaitExit(), fleet.gone());
        }
    }

    @Test
    void silentDeaths() {
        replaceOneByOne(DEATHS, BETWEEN_DEATHS);
        assertForgotten();
    }

    @Test
    void deploys() {
        for (int deploy = 0; deploy < DEPLOYS; deploy++) {
            replaceOneByOne(HOSTS, A_DEPLOY.dividedBy(HOSTS));
            live(BETWEEN_DEPLOYS.minus(A_DEPLOY));
        }
        assertForgotten();
    }

    private void replaceOneByOne(int hosts, Duration between) {
        long due = System.nanoTime();
        for (int n = 0; n < hosts; n++, due += between.toNanos()) {
            fleet.replace(1);
            live(Duration.ofNanos(due + between.toNanos() - System.nanoTime()));
        }
    }

    /** Lets live hosts report for a time, at least once. */
    private void live(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        do {
            long now = System.nanoTime();
            if (now - nextHeartbeat >= 0) {
                fleet.heartbeat();
                nextHeartbeat = now + TimeUnit.SECONDS.toNanos(TTL) / 3 / fleet.roundsOf();
            }
            if (takesSamples && now - nextSample >= 0) {
                sample();
                nextSample = System.nanoTime() + BETWEEN_SAMPLES.toNanos();
            }
            LockSupport.parkNanos(Math.min(end, nextHeartbeat) - System.nanoTime());
        } while (System.nanoTime() - end < 0);
    }

    /** Waits until no registration of a silent host is left, and checks that nothing else is. */
    private void assertForgotten() {
        long end = System.nanoTime() + RETENTION.plusSeconds(TTL).plus(PATIENCE).toNanos();
        while (known() > knownBefore) {
            assertThat(System.nanoTime() - end)
                    .as("registrations that are still known, of %.0f: %.0f", knownBefore, known())
                    .isNegative();
            live(Duration.ofSeconds(1));
        }
        sample();
        assertThat(listed()).isEqualTo(HOSTS);
        assertThat(reader.stop()).isPositive();
    }

    private void sample() {
        assertThat(member.isAlive())
                .as("the member lives, after %d silent deaths", fleet.gone())
                .isTrue();
        double heap = MemberUsage.liveHeap(member);
        double known = known();
        double most = MOST * heapBefore + Math.max(0, known - knownBefore) * bytesEach;
        System.out.printf(
                "bench: %4d s, %d silent deaths: heap %.1f MB of at most %.1f, resident %d MB; %.0f listed, %.0f known; %d reads%n",
                Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                fleet.gone(),
                heap / MEGABYTE,
                most / MEGABYTE,
                MemberUsage.of(member).residentMegabytes(),
                listed(),
                known,
                reader.reads());
        assertThat(listed())
                .as("hosts that are listed; if these are not all that live, the machine is too busy for this")
                .isGreaterThanOrEqualTo(HOSTS);
        assertThat(heap).as("bytes of heap after a collection").isLessThanOrEqualTo(most);
    }

    private double known() {
        return member.client().metric("discovery_registrations");
    }

    private double listed() {
        return member.client().metric("discovery_hosts");
    }
}
