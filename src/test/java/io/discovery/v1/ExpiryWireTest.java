package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Ports;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Seed: README, HOST_TTL. A host is listed for HOST_TTL after its last check-in, and not longer. */
@Execution(ExecutionMode.CONCURRENT)
class ExpiryWireTest {

    private static final Duration HOST_TTL = Duration.ofSeconds(2);
    private static final Duration TOLERANCE = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(5);

    @SuppressWarnings("NullAway.Init") // by start, before any test
    private static TestMember member;

    @SuppressWarnings("NullAway.Init") // by start, before any test
    private static TestClient client;

    @SuppressWarnings("NullAway.Init") // by start, before any test
    private static TestMember peer;

    @BeforeAll
    static void start() {
        List<Integer> ports = Ports.free(2);
        member = TestMember.start(settings(ports.get(0), ports));
        peer = TestMember.start(settings(ports.get(1), ports));
        client = member.client();
        // The first request of all is slow, and would blur what is measured.
        client.register("warm-up", "127.0.0.1");
    }

    private static Map<String, String> settings(int port, List<Integer> ports) {
        return Map.of(
                "HOST_TTL",
                Long.toString(HOST_TTL.toSeconds()),
                "CLUSTER_MEMBERS",
                "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1),
                "CLUSTER_MIN_MEMBERS",
                "1",
                "CLUSTER_PORT",
                Integer.toString(port),
                "SHUTDOWN_DELAY_SECONDS",
                "0");
    }

    @AfterAll
    static void stop() {
        member.close();
        peer.close();
    }

    @Test
    void aHostIsListedForHostTtlAndNotLonger() {
        Stay stay = Stay.register("expiring", Map.of());

        stay.endsOn("/v1/registration/expiring");

        stay.assertLastedHostTtl();
    }

    @Test
    void theOtherMembersListItAsLong() {
        Stay stay = Stay.register("expiring-elsewhere", Map.of());
        await().until(() -> isListed(peer.client(), "/v1/registration/expiring-elsewhere"));

        stay.endsOn(peer.client(), "/v1/registration/expiring-elsewhere", () -> {});

        stay.assertLastedHostTtl();
    }

    private static boolean isListed(TestClient reader, String path) {
        return reader.get(path).body().contains("\"127.0.0.1\"");
    }

    @Test
    void aRepoListsAHostForHostTtlAndNotLonger() {
        Stay stay = Stay.register("expiring-of-repo", Map.of("service_repo_name", "expiring-repo"));

        stay.endsOn("/v1/registration/repo/expiring-repo");

        stay.assertLastedHostTtl();
    }

    @Test
    void aWeightChangeRenewsNoLease() {
        Stay stay = Stay.register("weighed", Map.of());

        stay.endsOn(
                client,
                "/v1/registration/weighed",
                () -> client.post("/v1/loadbalancing/weighed/127.0.0.1", Map.of("load_balancing_weight", "5")));

        stay.assertLastedHostTtl();
    }

    @Test
    void anExpiredHostCanNeitherBeReadNorDeletedNorWeighed() {
        Stay.register("expired", Map.of()).endsOn("/v1/registration/expired");

        assertThat(client.get("/v1/registration/expired/127.0.0.1").statusCode())
                .isEqualTo(404);
        assertThat(client.delete("/v1/registration/expired/127.0.0.1").statusCode())
                .isEqualTo(400);
        assertThat(client.post("/v1/loadbalancing/expired/127.0.0.1", Map.of("load_balancing_weight", "5"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(client.get("/v1/services").body()).doesNotContain("\"expired\"");
    }

    @Test
    void anExpiredHostThatRegistersAgainHasNoneOfItsOldTags() {
        String canary = "{\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"i\", \"canary\": true}";
        Stay stay = Stay.register("reborn", Map.of("tags", canary));
        client.post("/v1/loadbalancing/reborn/127.0.0.1", Map.of("load_balancing_weight", "5"));
        assertThat(client.get("/v1/registration/reborn").body()).contains("canary", "load_balancing_weight");

        stay.endsOn("/v1/registration/reborn");
        client.register("reborn", "127.0.0.1");

        assertThat(client.get("/v1/registration/reborn").body())
                .contains("\"tags\": {\"az\": \"a\", \"instance_id\": \"i\", \"region\": \"r\"}");
    }

    @Test
    void heartbeatsKeepAHostListed() {
        client.register("living", "127.0.0.1");
        long start = System.nanoTime();

        await().pollDelay(Duration.ZERO)
                .pollInterval(HOST_TTL.dividedBy(4))
                .atMost(PATIENCE)
                .until(() -> {
                    assertThat(client.get("/v1/registration/living").body()).contains("127.0.0.1");
                    client.register("living", "127.0.0.1");
                    return Duration.ofNanos(System.nanoTime() - start).compareTo(HOST_TTL.multipliedBy(2)) > 0;
                });
    }

    /**
     * How long a host was listed, as its readers saw it. The bounds hold however slow this test runs: a read was
     * answered somewhere between its start and its end, and so was the registration.
     */
    private static final class Stay {
        private final long registeredAfter;
        private final long registeredBefore;
        private long lastListedStart;
        private long firstGoneEnd;

        private Stay(long registeredAfter, long registeredBefore) {
            this.registeredAfter = registeredAfter;
            this.registeredBefore = registeredBefore;
        }

        static Stay register(String service, Map<String, String> fields) {
            long before = System.nanoTime();
            client.register(service, fields);
            return new Stay(before, System.nanoTime());
        }

        void endsOn(String path) {
            endsOn(client, path, () -> {});
        }

        void endsOn(TestClient reader, String path, Runnable meanwhile) {
            await().pollDelay(Duration.ZERO).pollInterval(POLL).atMost(PATIENCE).until(() -> {
                meanwhile.run();
                long start = System.nanoTime();
                boolean isListed = isListed(reader, path);
                lastListedStart = isListed ? start : lastListedStart;
                firstGoneEnd = System.nanoTime();
                return !isListed;
            });
        }

        void assertLastedHostTtl() {
            assertThat(Duration.ofNanos(firstGoneEnd - registeredAfter)).isGreaterThan(HOST_TTL);
            assertThat(Duration.ofNanos(lastListedStart - registeredBefore)).isLessThan(HOST_TTL.plus(TOLERANCE));
        }
    }
}
