package io.discovery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.discovery.testing.GrpcCaller;
import io.discovery.testing.GrpcInstances;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Relay;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The contract of a client of gRPC that calls {@code xds:///payments}, with real members and real servers. One story in
 * the order of its chapters: instances come and go, get weights, then a member dies.
 *
 * <p>Times are from just before the request to the registry until a call shows it, calls being made one after another
 * all the while; so they hold the request and a call too. Of a few the quickest is checked, since in any single one the
 * machine may be busy with others.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
abstract class GrpcClientContract {

    private static final String SERVICE = "payments";
    private static final String A = "127.0.0.21";
    private static final String B = "127.0.0.22";
    private static final String C = "127.0.0.23";

    /**
     * The silence of a removed instance that shows that no more calls come: longer than a listed instance waits for its
     * next, and than changes take.
     */
    private static final Duration SILENCE = Duration.ofMillis(600);

    private static final Duration SOON = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final int CALLS = 5000;

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private GrpcInstances instances;
    private TestCluster cluster;
    private GrpcCaller caller;
    /** A stand-alone member with short leases, and its client. */
    private MemberProcess forgetful;

    private GrpcCaller callerOfForgetful;

    /** Skips the test, aloud, if there is no such client. */
    void require() {}

    /** Starts a client that asks the member at this port. */
    abstract GrpcCaller start(int member);

    @BeforeAll
    void start() {
        require();
        instances = started(GrpcInstances.start(List.of(A, B, C)));
        forgetful = started(MemberProcess.launch(Map.of("HOST_TTL", Long.toString(LEASE.toSeconds()))));
        callerOfForgetful = started(start(forgetful.port()));
        cluster = started(TestCluster.start(3, Map.of()));
        caller = started(start(started(Relay.before(
                        members().map(n -> cluster.member(n).port()).boxed().toList()))
                .port()));
    }

    private <T extends AutoCloseable> T started(T it) {
        started.push(it);
        return it;
    }

    @AfterAll
    void end() throws Exception {
        for (AutoCloseable each : started) {
            each.close();
        }
    }

    @Test
    @Order(1)
    void callsReachTheInstancesThatAreRegistered() {
        register(cluster.client(1), A);
        register(cluster.client(2), B);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(caller.answers(SERVICE, 20)).containsOnlyKeys(A, B));
    }

    @Test
    @Order(2)
    void theMemberTellsWhoAsks() {
        assertThat(cluster.client(0).get("/v1/xds/clients").body())
                .contains("\"id\": \"checkout-1\"", "\"user_agent\": \"gRPC ", "\"names\": [\"" + SERVICE + "\"]")
                .doesNotContain("rejected");
    }

    @Test
    @Order(3)
    void whatNobodyHasRegisteredFailsAtOnce() {
        Duration quickest = IntStream.range(0, 3)
                .mapToObj(n -> {
                    long begin = System.nanoTime();
                    assertThat(caller.answers("unknown-" + n, 1)).containsExactly(Map.entry("UNAVAILABLE", 1));
                    return since(begin);
                })
                .min(Duration::compareTo)
                .orElseThrow();

        System.out.println(name() + " fails a call to an unknown service after " + quickest);
        assertThat(quickest).isLessThan(SECOND);
    }

    @Test
    @Order(4)
    void whoComesIsCalledAndWhoGoesIsNotWithinHalfASecond() {
        Duration quickestToCome = PATIENCE;
        Duration quickestToGo = PATIENCE;
        for (int time = 0; time < 3; time++) {
            quickestToCome = shorter(quickestToCome, untilCalled(() -> register(cluster.client(2), C)));
            quickestToGo = shorter(quickestToGo, untilCalledNoMore(() -> deregister(C)));
        }

        System.out.println(name() + " calls who has come after " + quickestToCome + ", and who has gone no more after "
                + quickestToGo);
        assertThat(quickestToCome).isLessThan(SOON);
        assertThat(quickestToGo).isLessThan(SOON);
    }

    private Duration untilCalled(Runnable request) {
        long begin = System.nanoTime();
        request.run();
        while (since(begin).compareTo(PATIENCE) < 0) {
            if (called(1).contains(C)) {
                return since(begin);
            }
        }
        throw new AssertionError("not called within " + PATIENCE + ": " + caller.log());
    }

    private Duration untilCalledNoMore(Runnable request) {
        long begin = System.nanoTime();
        request.run();
        Duration last = Duration.ZERO;
        while (since(begin).minus(last).compareTo(SILENCE) < 0 && last.compareTo(PATIENCE) < 0) {
            last = called(1).contains(C) ? since(begin) : last;
        }
        return last;
    }

    @Test
    @Order(5)
    void whoIsBackAfterTheLastHasGoneIsCalled() {
        for (String each : List.of(A, B)) {
            String before = heldFrom(0);
            deregister(each);
            await().atMost(PATIENCE).until(() -> isOther(heldFrom(0), before));
        }
        List.of(A, B).forEach(instances::stop);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(caller.answers(SERVICE, 1)).containsOnlyKeys("UNAVAILABLE"));

        register(cluster.client(1), C);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(caller.answers(SERVICE, 20)).containsOnlyKeys(C));

        List.of(A, B).forEach(instances::restart);
        register(cluster.client(2), A);
        register(cluster.client(0), B);
        await().atMost(PATIENCE).until(() -> called(20).equals(Set.of(A, B, C)));
    }

    @Test
    @Order(6)
    void callsFollowTheWeights() {
        weigh(A, 10);
        weigh(B, 10);
        cluster.client(0).register(SERVICE, form(C, ", \"load_balancing_weight\": 30"));
        // Those that are connected first get all calls until the others are.
        await().atMost(PATIENCE).until(() -> {
            Map<String, Integer> some = answers(CALLS / 50);
            return some.getOrDefault(A, 0) < CALLS / 150 && some.getOrDefault(C, 0) > CALLS / 100;
        });

        Map<String, Integer> answers = answers(CALLS);

        System.out.println(name() + " calls instances of the weights 10, 10 and 30 so often: " + answers);
        assertThat(answers.getOrDefault(A, 0)).isCloseTo(CALLS / 5, withinPercentage(10));
        assertThat(answers.getOrDefault(B, 0)).isCloseTo(CALLS / 5, withinPercentage(10));
        assertThat(answers.getOrDefault(C, 0)).isCloseTo(CALLS * 3 / 5, withinPercentage(10));
    }

    @Test
    @Order(7)
    void nobodyFeelsThatAMemberDies() {
        AtomicBoolean ends = new AtomicBoolean();
        CompletableFuture<Integer> calls = CompletableFuture.supplyAsync(() -> callUntil(ends));

        cluster.kill(0);
        long begin = System.nanoTime();
        await().atMost(PATIENCE).until(() -> !heldFrom(1).isEmpty());
        System.out.println(name() + " asks another member after " + since(begin));
        ends.set(true);

        assertThat(calls.join()).isPositive();
        // Until the members that are left have taken over, a request may be refused with 503.
        await().atMost(PATIENCE).until(() -> delete(C).statusCode() != 503);
        await().atMost(PATIENCE).until(() -> called(20).equals(Set.of(A, B)));
    }

    private static boolean isOther(String version, String before) {
        return !version.isEmpty() && !version.equals(before);
    }

    /**
     * Returns the version of the instances of the service that the client holds from this member; empty if it has none,
     * or not the last.
     */
    private String heldFrom(int member) {
        try {
            JsonNode clients = new ObjectMapper()
                    .readTree(cluster.client(member).get("/v1/xds/clients").body());
            return clients.findValues("endpoints").stream()
                    .filter(held -> held.path("names").toString().contains('"' + SERVICE + '"'))
                    .filter(held -> held.path("sent").equals(held.path("acknowledged")))
                    .map(held -> held.path("sent").asText())
                    .findFirst()
                    .orElse("");
        } catch (JsonProcessingException noJson) {
            throw new UncheckedIOException(noJson);
        }
    }

    /** Calls all instances all the while; no call fails. */
    private int callUntil(AtomicBoolean ends) {
        int calls = 0;
        while (!ends.get()) {
            assertThat(called(40)).containsExactlyInAnyOrder(A, B, C);
            calls += 40;
        }
        return calls;
    }

    /**
     * Three services at a time lose an instance. Another one is listed all the while: some clients go on with the last
     * they have.
     */
    @Test
    @Order(8)
    void whoseLeaseHasEndedIsCalledNoMoreWithinHalfASecond() {
        TestClient member = forgetful.awaitReady().client();
        List<String> services = List.of("one", "two", "three");
        await().atMost(PATIENCE)
                .until(() -> services.stream().allMatch(service -> {
                    member.register(service, form(A, ""));
                    return callerOfForgetful.answers(service, 1).containsKey(A);
                }));
        Map<String, Long> ends = new HashMap<>();
        services.forEach(service -> {
            ends.put(service, System.nanoTime() + LEASE.toNanos());
            member.register(service, form(B, ""));
        });
        Map<String, Long> lastCalls = new HashMap<>();

        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
            services.forEach(service -> {
                member.register(service, form(A, ""));
                if (callerOfForgetful.answers(service, 4).containsKey(B)) {
                    lastCalls.put(service, System.nanoTime());
                }
            });
            return lastCalls.size() == services.size()
                    && lastCalls.values().stream().allMatch(last -> since(last).compareTo(SILENCE) > 0);
        });

        long quickest = services.stream()
                .mapToLong(service -> lastCalls.getOrDefault(service, 0L) - ends.getOrDefault(service, 0L))
                .min()
                .orElseThrow();
        System.out.println(name() + " calls no more who has fallen silent " + Duration.ofNanos(quickest)
                + " after the end of the lease");
        assertThat(Duration.ofNanos(quickest)).isBetween(SOON.negated(), SOON);
    }

    private String name() {
        return getClass().getSimpleName();
    }

    private IntStream members() {
        return IntStream.range(0, cluster.size());
    }

    private Set<String> called(int calls) {
        return answers(calls).keySet();
    }

    /** Counts the answers of each instance; fails if a call did. */
    private Map<String, Integer> answers(int calls) {
        Map<String, Integer> answers = caller.answers(SERVICE, calls);
        assertThat(Set.of(A, B, C)).as(caller.log()).containsAll(answers.keySet());
        return answers;
    }

    private void register(TestClient client, String address) {
        client.register(SERVICE, form(address, ""));
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** @param tag one more, with a comma before it, or nothing */
    private Map<String, String> form(String address, String tag) {
        return Map.of(
                "ip", address,
                "port", Integer.toString(instances.port()),
                "tags", TestClient.TAGS.replace("}", tag + "}"));
    }

    private void weigh(String address, int weight) {
        assertThat(cluster.client(0)
                        .post(
                                "/v1/loadbalancing/" + SERVICE + "/" + address,
                                Map.of("load_balancing_weight", Integer.toString(weight)))
                        .statusCode())
                .isEqualTo(204);
    }

    private void deregister(String address) {
        assertThat(delete(address).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> delete(String address) {
        return cluster.client(1).delete("/v1/registration/" + SERVICE + "/" + address);
    }
}
