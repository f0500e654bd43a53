package io.discovery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.testing.Envoy;
import io.discovery.testing.EnvoyWatch;
import io.discovery.testing.Envoys;
import io.discovery.testing.Envoys.Way;
import io.discovery.testing.Instances;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real Envoys, one for each way to ask, each with its file as it is shipped, and three real members. One story in the
 * order of its chapters: instances come, get weights and go, then a member stands still, one dies, then all do.
 */
@Timeout(120)
@TestMethodOrder(OrderAnnotation.class)
class EnvoyIT {

    private static final String SERVICE = "payments";
    private static final String A = "127.0.0.21";
    private static final String B = "127.0.0.22";
    private static final String C = "127.0.0.23";
    private static final String CANARY = "127.0.0.24";
    private static final String[] TO_CANARIES = {"x-canary", "true"};

    private static final int REQUESTS = 1000;
    /** Other tests run beside: a write that takes a second is no fault here. */
    private static final String SLOW_MACHINE = "10000";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    private static Path dir;

    private static final Deque<AutoCloseable> started = new ArrayDeque<>();
    private static Instances instances;
    private static TestCluster cluster;
    private static Envoys envoys;
    /** A stand-alone member with short leases. */
    private static MemberProcess forgetful;

    @BeforeAll
    static void start() {
        Envoy.require(EnvoyIT.class);
        instances = Instances.start(List.of(A, B, C, CANARY));
        started.push(instances);
        // A member that is alone is not ready.
        Map<String, String> settings = Map.of(
                "BACKEND_STORAGE",
                "InFile",
                "APPLICATION_DIR",
                dir.toString(),
                "JOIN_WAIT_SECONDS",
                "60",
                "REQUEST_DEADLINE_MS",
                SLOW_MACHINE);
        forgetful = MemberProcess.launch(Map.of("HOST_TTL", "3", "REQUEST_DEADLINE_MS", SLOW_MACHINE));
        started.push(forgetful);
        cluster = TestCluster.start(3, settings);
        started.push(cluster);
        register(cluster.client(0), A, 100);
        register(cluster.client(1), B, 100);
        envoys = Envoys.start(
                members().map(n -> cluster.member(n).port()).boxed().toList());
        started.push(envoys);
    }

    @AfterAll
    static void end() throws Exception {
        for (AutoCloseable each : started) {
            each.close();
        }
    }

    @Test
    @Order(1)
    void requestsReachTheInstancesThatAreRegistered() {
        awaitWeights(Map.of(A, 100, B, 100));

        envoys.each(envoy -> {
            assertThat(envoy.answers(40)).containsOnlyKeys(A, B);
            // Those of other clusters, which have none, stand there too, in any order.
            assertThat(envoy.endpoints().findValues("locality"))
                    .map(JsonNode::toString)
                    .contains("{\"region\":\"r\",\"zone\":\"a\"}");
        });
    }

    @Test
    @Order(2)
    void membersTellWhoIsConnected() {
        String clients = members()
                .mapToObj(n -> cluster.client(n).get("/v1/xds/clients").body())
                .collect(Collectors.joining());

        assertThat(clients.split("\"user_agent\": \"envoy\"", -1)).hasSize(1 + Envoys.STREAMS.size());
    }

    @Test
    @Order(3)
    void changesTakeEffectWithinASecond() {
        Map<Way, Duration> quickest = new EnumMap<>(Way.class);

        register(cluster.client(2), C, 100);
        note("a new instance", awaitWeights(Map.of(A, 100, B, 100, C, 100)), quickest);
        weigh(C, 1);
        note("a weight", awaitWeights(Map.of(A, 100, B, 100, C, 1)), quickest);
        deregister(C);
        note("a removal", awaitWeights(Map.of(A, 100, B, 100)), quickest);
        envoys.each(envoy -> assertThat(envoy.answers(40)).containsOnlyKeys(A, B));
        register(cluster.client(0), C, 100);
        note("its return", awaitWeights(Map.of(A, 100, B, 100, C, 100)), quickest);

        // The quickest, since in any single one the machine may be busy with others.
        quickest.forEach((way, time) -> assertThat(time).as("%s", way).isLessThan(SECOND));
    }

    private static void note(String what, Map<Way, Duration> took, Map<Way, Duration> quickest) {
        System.out.println("Envoy knows of " + what + " after " + took);
        took.forEach((way, time) -> quickest.merge(way, time, (one, two) -> one.compareTo(two) < 0 ? one : two));
    }

    @Test
    @Order(4)
    void trafficFollowsTheWeightsAndADrainedInstanceGetsNextToNothing() {
        weigh(A, 1);
        weigh(B, 33);
        weigh(C, 66);
        awaitWeights(Map.of(A, 1, B, 33, C, 66));

        envoys.each(envoy -> {
            Map<String, Integer> answers = envoy.answers(REQUESTS);
            assertThat(answers.getOrDefault(A, 0)).isLessThan(REQUESTS / 50);
            assertThat(answers.getOrDefault(B, 0)).isCloseTo(REQUESTS * 33 / 100, withinPercentage(10));
            assertThat(answers.getOrDefault(C, 0)).isCloseTo(REQUESTS * 66 / 100, withinPercentage(10));
        });
    }

    @Test
    @Order(5)
    void canariesGetTheirShareAndWhatIsMeantForThem() {
        cluster.client(1).register(SERVICE, form(CANARY, "\"canary\": true"));
        awaitWeights(Map.of(A, 1, B, 33, C, 66, CANARY, 1));

        envoys.each(envoy -> {
            assertThat(envoy.answers(40, TO_CANARIES)).containsOnlyKeys(CANARY);
            // 50 of 1,000 by chance, give or take five standard deviations.
            assertThat(envoy.answers(REQUESTS).getOrDefault(CANARY, 0)).isCloseTo(REQUESTS / 20, within(35));
        });
    }

    @Test
    @Order(6)
    void withoutCanariesOthersGetWhatIsMeantForThem() {
        deregister(CANARY);
        awaitWeights(Map.of(A, 1, B, 33, C, 66));

        envoys.each(envoy -> assertThat(envoy.answers(40, TO_CANARIES)).containsKeys(B, C));
    }

    @Test
    @Order(7)
    void nobodyFeelsThatAMemberStandsStill() {
        MemberProcess frozen = cluster.member(memberWithMostStreams());

        try (EnvoyWatch watch = EnvoyWatch.start(SERVICE, envoys.all())) {
            frozen.freeze();
            System.out.println("Envoy has a stream, without the member that stands still, after "
                    + envoys.await(
                            Envoys.STREAMS, envoy -> !Set.of(0, frozen.port()).contains(envoy.streamsFrom())));
            watch.assertNothingFelt();
        } finally {
            frozen.thaw();
        }
        cluster.awaitWhole();
    }

    @Test
    @Order(8)
    void nobodyFeelsThatAMemberDies() {
        int victim = memberWithMostStreams();
        int port = cluster.member(victim).port();

        try (EnvoyWatch watch = EnvoyWatch.start(SERVICE, envoys.all())) {
            cluster.kill(victim);
            System.out.println("Envoy has a stream, without the member that was killed, after "
                    + envoys.await(Envoys.STREAMS, envoy -> !Set.of(0, port).contains(envoy.streamsFrom())));
            watch.assertNothingFelt();
        }
        // A change on its way to the member that died may have an unknown outcome; sending it again is safe.
        await().atMost(PATIENCE).until(() -> weightAnswer(cluster.client((victim + 1) % 3), A, 100) == 204);
        awaitWeights(Map.of(A, 100, B, 33, C, 66));
    }

    private static int memberWithMostStreams() {
        Map<Integer, Long> streams = envoys.all().stream()
                .map(Envoy::streamsFrom)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return members()
                .boxed()
                .max((one, two) -> Long.compare(streamsOf(one, streams), streamsOf(two, streams)))
                .orElseThrow();
    }

    private static long streamsOf(int member, Map<Integer, Long> byPort) {
        return byPort.getOrDefault(cluster.member(member).port(), 0L);
    }

    @Test
    @Order(9)
    void nobodyFeelsThatAllMembersDieAndOneIsBackThatKnowsNothing() {
        List<Integer> survivors =
                members().filter(n -> cluster.member(n).isAlive()).boxed().toList();
        await().atMost(PATIENCE).until(() -> survivors.stream().allMatch(EnvoyIT::hasStoredAll));

        try (EnvoyWatch watch = EnvoyWatch.start(SERVICE, envoys.all())) {
            survivors.forEach(cluster::kill);
            envoys.await(Envoys.STREAMS, envoy -> envoy.streamsFrom() == 0);

            MemberProcess alone = cluster.relaunch(survivors.get(0));
            await().atMost(PATIENCE).until(() -> alone.client().answers("/health/live"));
            awaitRefusals();
            assertThat(alone.client().get("/health/ready").statusCode()).isEqualTo(503);

            MemberProcess other = cluster.relaunch(survivors.get(1));
            alone.awaitReady();
            other.awaitReady();
            envoys.await(Envoys.STREAMS, envoy -> envoy.streamsFrom() != 0);
            watch.assertNothingFelt();
        }
        weigh(cluster.client(survivors.get(0)), A, 1);
        awaitWeights(Map.of(A, 1, B, 33, C, 66));
    }

    /**
     * Waits until the members refuse: while none is ready, Envoy tries all four of the file in turn, among them the one
     * that runs.
     */
    private static void awaitRefusals() {
        Map<Envoy, Long> before = envoys.all().stream().collect(Collectors.toMap(Function.identity(), Envoy::failures));
        envoys.await(envoy -> envoy.failures() > before.getOrDefault(envoy, 0L) + 4);
    }

    private static boolean hasStoredAll(int member) {
        return cluster.client(member).get("/health/ready").body().contains("\"backend_waiting\": 0");
    }

    @Test
    @Order(10)
    void nothingWasRejected() {
        envoys.each(envoy -> assertThat(envoy.stat("cluster." + SERVICE + ".update_rejected"))
                .isZero());
    }

    @Test
    @Order(11)
    void whatHasExpiredIsAskedNoMore() {
        try (Envoys others = Envoys.start(List.of(forgetful.port()))) {
            register(forgetful.client(), A, 100);
            others.await(envoy -> envoy.weights(SERVICE).equals(Map.of(A, 100)));
            others.each(envoy -> assertThat(envoy.answers(1)).containsOnlyKeys(A));
            register(forgetful.client(), A, 100);

            await().atMost(PATIENCE)
                    .until(() -> forgetful.client().hosts(SERVICE).isEmpty());
            System.out.println("Envoy knows of the end of a lease after "
                    + others.await(envoy -> envoy.weights(SERVICE).isEmpty()));

            others.each(envoy -> assertThat(envoy.answers(1)).containsOnlyKeys("503"));
        }
    }

    private static IntStream members() {
        return IntStream.range(0, cluster.size());
    }

    private static Map<Way, Duration> awaitWeights(Map<String, Integer> expected) {
        return envoys.await(envoy -> envoy.weights(SERVICE).equals(expected));
    }

    private static void register(TestClient client, String address, int weight) {
        client.register(SERVICE, form(address, "\"load_balancing_weight\": " + weight));
    }

    private static Map<String, String> form(String address, String tag) {
        return Map.of(
                "ip", address,
                "port", Integer.toString(instances.port()),
                "tags", TestClient.TAGS.replace("}", ", " + tag + "}"));
    }

    private static void weigh(String address, int weight) {
        weigh(cluster.client(0), address, weight);
    }

    private static void weigh(TestClient client, String address, int weight) {
        assertThat(weightAnswer(client, address, weight)).isEqualTo(204);
    }

    private static int weightAnswer(TestClient client, String address, int weight) {
        return client.post(
                        "/v1/loadbalancing/" + SERVICE + "/" + address,
                        Map.of("load_balancing_weight", Integer.toString(weight)))
                .statusCode();
    }

    private static void deregister(String address) {
        assertThat(cluster.client(1)
                        .delete("/v1/registration/" + SERVICE + "/" + address)
                        .statusCode())
                .isEqualTo(200);
    }
}
