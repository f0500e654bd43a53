package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.history.History;
import io.discovery.testing.TestClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.pollinterval.IterativePollInterval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The time until three members with very many registrations are equal after each was alone and had a tenth of the hosts
 * report to it. Prints times; asserts that all are equal in the end. For scripts/check-heal.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "heal.hosts", matches = "[0-9]+")
class LargeSplitIT {

    private static final int MEMBERS = 3;
    /** The number of rounds; in the first the code of the members is not compiled yet. */
    private static final int SPLITS = Integer.getInteger("heal.splits", 3);

    private static final int HOSTS_OF_A_SERVICE = 50;
    private static final int AT_ONCE = 1_000;
    private static final int CLIENTS = 6;
    /** The number of services that the test reads again and again; a few hosts of each have changed at each member. */
    private static final int SAMPLE = 300;

    private final int hosts = Integer.getInteger("heal.hosts");
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

    @Test
    void membersAreEqualAgain() throws Exception {
        Path dir = Files.createDirectories(Path.of("target", "heal").toAbsolutePath());
        Map<String, String> environment = Map.of(
                "LOG_LEVEL", "INFO",
                "HOST_TTL", "3600",
                "_JAVA_OPTIONS", "-Xmx" + Math.max(512, hosts / 300) + "m");
        try (Network network = Network.of(MEMBERS);
                FaultyCluster cluster = FaultyCluster.start(network, new History(), dir, environment, false)) {
            report(cluster.client(0), IntStream.range(0, hosts));
            awaitEqual(cluster, sample());
            for (int split = 1; split <= SPLITS; split++) {
                changeWhileAlone(network, cluster);
                long healed = System.nanoTime();
                double worked = cpuSeconds(cluster);
                network.heal();
                awaitEqual(cluster, sample());
                System.out.printf(
                        "bench: %,d hosts on three members, three tenths of them changed while each was alone:"
                                + " equal after %.1f s and %.0f s of processor time, split %d%n",
                        hosts, (System.nanoTime() - healed) / 1e9, cpuSeconds(cluster) - worked, split);
            }
            awaitEqual(cluster, services(1));
            assertThat(members().mapToObj(n -> cluster.client(n).metric("discovery_hosts")))
                    .containsOnly((double) hosts);
        } finally {
            clients.shutdownNow();
        }
    }

    private void changeWhileAlone(Network network, FaultyCluster cluster) {
        split(network);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> members().allMatch(n -> FaultyCluster.sees(cluster.client(n)) == 1));
        members()
                .forEach(n ->
                        report(cluster.client(n), IntStream.range(0, hosts).filter(host -> host % 10 == n)));
    }

    /** Returns the sum over all members since they started. */
    private static double cpuSeconds(FaultyCluster cluster) {
        return members()
                .mapToObj(n -> ProcessHandle.of(cluster.member(n).pid())
                        .flatMap(member -> member.info().totalCpuDuration())
                        .orElse(Duration.ZERO))
                .mapToDouble(spent -> spent.toMillis() / 1e3)
                .sum();
    }

    private static IntStream members() {
        return IntStream.range(0, MEMBERS);
    }

    private static void split(Network network) {
        members().forEach(from -> members().filter(to -> to != from).forEach(to -> network.drop(from, to)));
    }

    private List<String> sample() {
        return services(Math.max(1, hosts / HOSTS_OF_A_SERVICE / SAMPLE));
    }

    private List<String> services(int step) {
        return IntStream.range(0, hosts / HOSTS_OF_A_SERVICE)
                .filter(n -> n % step == 0)
                .mapToObj(n -> "service-" + n)
                .toList();
    }

    /** Waits until all members show the same of each service. */
    private void awaitEqual(FaultyCluster cluster, List<String> services) {
        await().alias("all members show the same")
                .atMost(Duration.ofMinutes(5))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> inTurn(services, service -> isEqual(cluster, service)));
    }

    private static boolean isEqual(FaultyCluster cluster, String service) {
        List<String> lists = members()
                .mapToObj(n -> cluster.client(n).get("/v1/registration/" + service))
                .map(answer -> answer.statusCode() + answer.body())
                .distinct()
                .toList();
        return lists.size() == 1 && lists.get(0).startsWith("200");
    }

    private interface Check {
        boolean holds(String service);
    }

    /**
     * Compares services and stops at the first that differs. It reads the very first alone, so that waiting costs the
     * members little.
     */
    private boolean inTurn(List<String> services, Check check) {
        if (!check.holds(services.get(0))) {
            return false;
        }
        for (int from = 0; from < services.size(); from += SAMPLE) {
            List<CompletableFuture<Boolean>> some =
                    services.subList(from, Math.min(services.size(), from + SAMPLE)).stream()
                            .map(service -> CompletableFuture.supplyAsync(() -> check.holds(service), clients))
                            .toList();
            if (!some.stream().allMatch(CompletableFuture::join)) {
                return false;
            }
        }
        return true;
    }

    private void report(TestClient client, IntStream some) {
        List<Integer> all = some.boxed().toList();
        List<CompletableFuture<Void>> requests = IntStream.range(0, (all.size() + AT_ONCE - 1) / AT_ONCE)
                .mapToObj(n -> all.subList(n * AT_ONCE, Math.min(all.size(), (n + 1) * AT_ONCE)))
                .map(part -> CompletableFuture.runAsync(() -> post(client, part), clients))
                .toList();
        requests.forEach(CompletableFuture::join);
    }

    /** Registers hosts, and again those that a busy member refuses, after longer and longer pauses. */
    private static void post(TestClient client, List<Integer> part) {
        String body = part.stream().map(LargeSplitIT::registration).collect(Collectors.joining(", ", "[", "]"));
        await().alias("the member takes the hosts")
                .atMost(Duration.ofMinutes(3))
                .pollDelay(Duration.ZERO)
                .pollInterval(IterativePollInterval.iterative(pause -> pause.multipliedBy(2), Duration.ofMillis(100)))
                .until(() -> client.post("/v1/registrations", "application/json", body)
                                .statusCode()
                        == 200);
    }

    private static String registration(int n) {
        return ("{\"service\": \"service-%d\", \"ip\": \"127.%d.%d.%d\", \"port\": 8080, \"revision\": \"%040x\","
                        + " \"service_repo_name\": \"repo-%d\", \"tags\": {\"az\": \"us-east-1%s\","
                        + " \"region\": \"us-east-1\", \"instance_id\": \"i-%017x\"}}")
                .formatted(
                        n / HOSTS_OF_A_SERVICE,
                        n >> 16 & 0xff,
                        n >> 8 & 0xff,
                        n & 0xff,
                        n,
                        n / HOSTS_OF_A_SERVICE / 4,
                        (char) ('a' + n % 3),
                        n);
    }
}
