package io.discovery.bench;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.MemberUsage;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The cost of waiting clients for a member while nothing happens, and the time until all of them have a change. Prints;
 * asserts that no client misses a change. For scripts/check-watch.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class WatchIT {

    private static final int IDLE = Integer.getInteger("discovery.bench.idle", 10_000);
    private static final int SPREAD = Integer.getInteger("discovery.bench.spread", 1_000);
    private static final int CHANGES = Integer.getInteger("discovery.bench.changes", 50);
    private static final int WARM_UP = 20;
    private static final Duration STILL = Duration.ofSeconds(Integer.getInteger("discovery.bench.still", 60));
    private static final String SERVICE = "watched";
    private static final int HOSTS = 10;
    /** The ticks of a second in Linux: {@code getconf CLK_TCK}. */
    private static final int TICKS_A_SECOND = 100;

    @Test
    void whatIdleWatchersCostAMember() throws IOException {
        try (MemberProcess member = MemberProcess.start(Map.of("LOG_LEVEL", "INFO"))) {
            fill(member.client());
            pause(Duration.ofSeconds(2));
            long before = residentBytes(member);
            try (Crowd crowd = EventStreams.open(IDLE, "/v1/watch/" + SERVICE, List.of(member.port()))) {
                crowd.awaitLists();
                long after = residentBytes(member);
                long ticks = ticks(member);
                long start = System.nanoTime();
                pause(STILL);
                double seconds = (System.nanoTime() - start) / 1e9;
                double processor = 100.0 * (ticks(member) - ticks) / TICKS_A_SECOND / seconds;
                System.out.printf(
                        "bench: %d idle watchers: %d MB before, %d MB when all have the list, %d MB after %.0f s; %.1f kB a"
                                + " watcher; %.1f %% of a processor%n",
                        crowd.size(),
                        before >> 20,
                        after >> 20,
                        residentBytes(member) >> 20,
                        seconds,
                        (residentBytes(member) - before) / 1024.0 / crowd.size(),
                        processor);
                crowd.see("probe-all", () -> change(member.client(), "probe-all"));
                System.out.printf("bench: all %d have a change after that%n", crowd.size());
            }
        }
    }

    @Test
    void howSoonAllWatchersOfThreeMembersHaveAChange() {
        try (TestCluster cluster = TestCluster.start(3, Map.of("LOG_LEVEL", "INFO"))) {
            fill(cluster.client(0));
            List<Integer> ports = IntStream.range(0, cluster.size())
                    .mapToObj(n -> cluster.member(n).port())
                    .toList();
            try (Crowd crowd = EventStreams.open(SPREAD, "/v1/watch/" + SERVICE, ports)) {
                crowd.awaitLists();
                printDelays("server-sent events", crowd, cluster.client(0));
            }
            try (Crowd crowd = XdsStreams.open(SPREAD, SERVICE, ports)) {
                crowd.awaitLists();
                printDelays("xDS streams", crowd, cluster.client(0));
            }
        }
    }

    /** Makes one change after the other and prints the delays from the moment at which each is sent. */
    private static void printDelays(String what, Crowd crowd, TestClient client) {
        long[] all = new long[CHANGES];
        long[] each = new long[CHANGES * crowd.size()];
        for (int n = -WARM_UP; n < CHANGES; n++) {
            String revision = "probe-" + (n + WARM_UP);
            long[] sent = new long[1];
            long[] seen = crowd.see(revision, () -> {
                sent[0] = System.nanoTime();
                change(client, revision);
            });
            for (int i = 0; i < seen.length && n >= 0; i++) {
                each[n * seen.length + i] = seen[i] - sent[0];
                all[n] = Math.max(all[n], seen[i] - sent[0]);
            }
        }
        print(what + ", " + crowd.size() + " watchers, until all have a change", all);
        print(what + ", " + crowd.size() + " watchers, until one has it", each);
    }

    private static void print(String what, long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf(
                "bench: %s: p50 %.2f ms, p99 %.2f, longest %.2f (%d)%n",
                what, millis(nanos, 0.5), millis(nanos, 0.99), millis(nanos, 1), nanos.length);
    }

    private static double millis(long[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1, sorted.length * part)] / 1e6;
    }

    private static void fill(TestClient client) {
        for (int host = 1; host <= HOSTS; host++) {
            register(client, Map.of("ip", "127.0.0." + host));
        }
    }

    private static void change(TestClient client, String revision) {
        register(client, Map.of("ip", "127.0.0.1", "revision", revision));
    }

    /** Registers a host, and again if another load on the machine makes the member refuse. */
    private static void register(TestClient client, Map<String, String> host) {
        while (client.post("/v1/registration/" + SERVICE, TestClient.registration(host))
                        .statusCode()
                == 503) {
            System.out.println("bench: a write was answered with 503, and is sent again");
        }
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static long residentBytes(MemberProcess member) {
        return MemberUsage.of(member).residentBytes();
    }

    /** Returns the ticks of a processor that the process used, and the system for it. */
    private static long ticks(MemberProcess member) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(member.pid()), "stat"));
        // Behind the name, which may have spaces.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
