package io.discovery.bench;

import static org.awaitility.Awaitility.await;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The common parts of the benchmarks: the duration of runs, the hosts, the printing. */
final class Bench {

    static final int ROUNDS = Integer.getInteger("discovery.bench.rounds", 5);
    static final Duration A_RUN = Duration.ofSeconds(Integer.getInteger("discovery.bench.seconds", 4));
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("discovery.bench.warmup", 120));

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    static final String SERVICE = "bench";
    static final String PATH = "/v1/registration/" + SERVICE;
    static final int AT_ONCE = 500;

    private Bench() {}

    static String url(MemberProcess member) {
        return "http://127.0.0.1:" + member.port() + PATH;
    }

    /**
     * Registers the hosts of {@link Wrk#heartbeats}, a few hundred in a request; again if a busy member refuses some.
     */
    static void fill(TestClient client, String service, int hosts) {
        for (int from = 0; from < hosts; from += AT_ONCE) {
            String many = array(service, from, Math.min(hosts, from + AT_ONCE));
            await().atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .until(() -> client.post("/v1/registrations", "application/json", many)
                                    .statusCode()
                            == 200);
        }
    }

    static String array(String service, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(n -> ("{\"service\": \"%s\", \"ip\": \"%s\", \"port\": 80, \"revision\": \"abcdef\","
                                + " \"service_repo_name\": \"repo\", \"tags\": %s}")
                        .formatted(service, "127.30." + n / 250 + "." + (1 + n % 250), TestClient.TAGS))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** A run against all members at once, each with its share of the connections. */
    static Side spread(TestCluster cluster, String path, String... options) {
        return Side.of(() -> {
            List<Wrk.Running> all = IntStream.range(0, cluster.size())
                    .mapToObj(n -> Wrk.start(
                            "http://127.0.0.1:" + cluster.member(n).port() + path,
                            Wrk.CONNECTIONS / cluster.size(),
                            A_RUN,
                            List.of(options)))
                    .toList();
            return Wrk.together(all.stream().map(Wrk.Running::result).toList());
        });
    }

    /** Runs each side once: several members on two processors take minutes until Java has compiled their code. */
    static void warmUp(Side... sides) {
        for (Side side : sides) {
            long end = System.nanoTime() + WARM_UP.toNanos();
            while (System.nanoTime() < end) {
                side.results().add(side.run().get());
            }
            side.results().clear();
        }
    }

    static void print(String what, Side ours, String other, Side theirs) {
        System.out.printf(
                "bench: %s: %.0f/s, %s %.0f/s, ratio %.3f; p99 %.2f ms, ratio %.2f%n",
                what,
                ours.rate(),
                other,
                theirs.rate(),
                ours.rate() / theirs.rate(),
                ours.p99Micros() / 1_000,
                ours.p99Micros() / theirs.p99Micros());
    }

    /** Prints the members' processor time for an answer too. */
    static void printWithProcessorTime(String what, Side ours, String other, Side theirs) {
        print(what, ours, other, theirs);
        System.out.printf(
                "bench: %s: %.1f us of processor time, %s %.1f us, ratio %.3f%n",
                what,
                ours.processorMicros(),
                other,
                theirs.processorMicros(),
                ours.processorMicros() / theirs.processorMicros());
    }
}
