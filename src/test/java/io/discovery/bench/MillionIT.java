package io.discovery.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.json.JsonText;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.MemberUsage;
import io.discovery.testing.TestClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The cost of very many registrations for one member: prints times and sizes, asserts that all are listed. For
 * scripts/check-million.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class MillionIT {

    private static final int HOSTS = 50;
    private static final int AT_ONCE = 1_000;
    private static final int CLIENTS = 3;
    private static final int A_FEW = 100;
    private static final Duration BETWEEN_FEW = Duration.ofMillis(50);
    private static final Duration CALM = Duration.ofSeconds(90);
    private static final Duration A_RUN = Duration.ofSeconds(4);
    private static final Map<String, String> LONG_LEASE = Map.of("HOST_TTL", "3600");

    @Test
    void aMillion() {
        try (MemberProcess member = MemberProcess.start(LONG_LEASE, "-Xmx3g");
                MemberProcess small = MemberProcess.start(LONG_LEASE)) {
            measure(member, 20_000);
            report(small.client(), 20);
            String path = "/v1/registration/service-7";
            Side among = Side.of("http://127.0.0.1:" + member.port() + path, A_RUN);
            Side alone = Side.of("http://127.0.0.1:" + small.port() + path, A_RUN);
            Side.takeTurns(5, alone, among);
            System.out.printf(
                    "bench: GET of 50 hosts: among 1,000,000 %.0f/s, among 1,000 %.0f/s, ratio %.2f%n",
                    among.rate(), alone.rate(), among.rate() / alone.rate());
            sizes(member, 20_000 * HOSTS);
        }
    }

    @Test
    void aHundredThousand() {
        aHundredThousand(MemberProcess.start(LONG_LEASE));
    }

    @Test
    void aHundredThousandWithTheSerialCollector() {
        aHundredThousand(MemberProcess.start(LONG_LEASE, "-XX:+UseSerialGC"));
    }

    private static void aHundredThousand(MemberProcess started) {
        try (MemberProcess member = started) {
            measure(member, 2_000);
            calm(member, 2_000);
            sizes(member, 2_000 * HOSTS);
        }
    }

    /** Lets hosts report, a few in a request, at the pace of a fleet that reports once a minute. */
    private static void calm(MemberProcess member, int services) {
        int requests = services * HOSTS / A_FEW;
        long start = System.nanoTime();
        long most = 0;
        int sent = 0;
        for (long due = start; due - start < CALM.toNanos(); due += BETWEEN_FEW.toNanos()) {
            LockSupport.parkNanos(due - System.nanoTime());
            post(member.client(), request(sent++ % requests, A_FEW));
            most = Math.max(most, residentMegabytes(member));
        }
        System.out.printf(
                "bench: %d s later, %.0f heartbeats/s: resident %d MB, at most %d MB; full collections %.0f%n",
                CALM.toSeconds(),
                sent * A_FEW * 1e9 / (System.nanoTime() - start),
                residentMegabytes(member),
                most,
                MemberUsage.fullCollections(member.client()));
    }

    /**
     * Sends a request, and again the hosts that a busy member refuses: it answers 503 for each, and the measured time
     * is that until it has taken all.
     */
    private static void post(TestClient client, String request) {
        await().atMost(Duration.ofMinutes(1))
                .pollDelay(Duration.ZERO)
                .until(() -> client.post("/v1/registrations", "application/json", request)
                                .statusCode()
                        == 200);
    }

    private static void measure(MemberProcess member, int services) {
        int all = services * HOSTS;
        System.out.printf("bench: %,d registered in %.1f s%n", all, report(member.client(), services));
        System.out.printf("bench: %,d renewed in %.1f s%n", all, report(member.client(), services));
        assertThat(listed(member.client())).isEqualTo(all);
        for (int n : new int[] {0, services / 2, services - 1}) {
            assertThat(member.client().hosts("service-" + n)).hasSize(HOSTS);
        }
        System.out.printf(
                "bench: all %,d listed; resident %d MB; full collections %.0f%n",
                all, residentMegabytes(member), MemberUsage.fullCollections(member.client()));
    }

    /** Lets all hosts report once and returns the seconds. */
    private static double report(TestClient client, int services) {
        long start = System.nanoTime();
        int requests = services * HOSTS / AT_ONCE;
        List<CompletableFuture<Void>> clients = IntStream.range(0, CLIENTS)
                .mapToObj(c -> CompletableFuture.runAsync(
                        () -> {
                            for (int n = c; n < requests; n += CLIENTS) {
                                post(client, request(n, AT_ONCE));
                            }
                        },
                        task -> new Thread(task).start()))
                .toList();
        clients.forEach(CompletableFuture::join);
        return (System.nanoTime() - start) / 1e9;
    }

    /** The n-th so many. */
    private static String request(int n, int many) {
        return IntStream.range(n * many, (n + 1) * many)
                .mapToObj(MillionIT::registration)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** Returns a registration as long as that of a real fleet: see the seed's README. */
    private static String registration(int n) {
        int service = n / HOSTS;
        return ("{\"service\": \"service-%d\", \"ip\": \"127.%d.%d.%d\", \"port\": 8080, \"revision\": \"%08x%032d\","
                        + " \"service_repo_name\": \"repo-%d\", \"tags\": {\"az\": \"us-east-1%s\", \"region\": \"us-east-1\","
                        + " \"instance_id\": \"i-%017x\"}}")
                .formatted(
                        service,
                        n >> 16 & 0xff,
                        n >> 8 & 0xff,
                        n & 0xff,
                        service,
                        service,
                        service / 4,
                        (char) ('a' + n % 3),
                        n);
    }

    private static int listed(TestClient client) {
        var services =
                JsonText.parse(client.get("/v1/services").body()).orElseThrow().get("services");
        return StreamSupport.stream(services.spliterator(), false)
                .mapToInt(service -> service.get("hosts").intValue())
                .sum();
    }

    private static void sizes(MemberProcess member, int registrations) {
        double live = MemberUsage.liveHeap(member);
        System.out.printf(
                "bench: %,d registrations: %.0f MB of heap, %.0f bytes each; resident %d MB%n",
                registrations, live / (1 << 20), live / registrations, residentMegabytes(member));
    }

    private static long residentMegabytes(MemberProcess member) {
        return MemberUsage.of(member).residentMegabytes();
    }
}
