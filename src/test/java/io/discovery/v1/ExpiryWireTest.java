package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.TestClient;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
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

    @AutoClose
    private static final TwoMembers MEMBERS = TwoMembers.start(Map.of("HOST_TTL", Long.toString(HOST_TTL.toSeconds())));

    private static final TestClient CLIENT = MEMBERS.client();

    /** The first request to a member is slow, and would blur what is measured. */
    @BeforeAll
    static void warmUp() {
        CLIENT.register("warm-up", "127.0.0.1");
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
        await().until(() -> isListed(MEMBERS.peer(), "/v1/registration/expiring-elsewhere"));

        stay.endsOn(MEMBERS.peer(), "/v1/registration/expiring-elsewhere", () -> {});

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
                CLIENT,
                "/v1/registration/weighed",
                () -> CLIENT.post("/v1/loadbalancing/weighed/127.0.0.1", Map.of("load_balancing_weight", "5")));

        stay.assertLastedHostTtl();
    }

    @Test
    void anExpiredHostCanNeitherBeReadNorDeletedNorWeighed() {
        Stay.register("expired", Map.of()).endsOn("/v1/registration/expired");

        assertThat(CLIENT.get("/v1/registration/expired/127.0.0.1").statusCode())
                .isEqualTo(404);
        assertThat(CLIENT.delete("/v1/registration/expired/127.0.0.1").statusCode())
                .isEqualTo(400);
        assertThat(CLIENT.post("/v1/loadbalancing/expired/127.0.0.1", Map.of("load_balancing_weight", "5"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(CLIENT.get("/v1/services").body()).doesNotContain("\"expired\"");
    }

    @Test
    void anExpiredHostThatRegistersAgainHasNoneOfItsOldTags() {
        String canary = "{\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"i\", \"canary\": true}";
        Stay stay = Stay.register("reborn", Map.of("tags", canary));
        CLIENT.post("/v1/loadbalancing/reborn/127.0.0.1", Map.of("load_balancing_weight", "5"));
        assertThat(CLIENT.get("/v1/registration/reborn").body()).contains("canary", "load_balancing_weight");

        stay.endsOn("/v1/registration/reborn");
        CLIENT.register("reborn", "127.0.0.1");

        assertThat(CLIENT.get("/v1/registration/reborn").body())
                .contains("\"tags\": {\"az\": \"a\", \"instance_id\": \"i\", \"region\": \"r\"}");
    }

    @Test
    void heartbeatsKeepAHostListed() {
        CLIENT.register("living", "127.0.0.1");
        long start = System.nanoTime();

        await().pollDelay(Duration.ZERO)
                .pollInterval(HOST_TTL.dividedBy(4))
                .atMost(PATIENCE)
                .until(() -> {
                    assertThat(CLIENT.get("/v1/registration/living").body()).contains("127.0.0.1");
                    CLIENT.register("living", "127.0.0.1");
                    return Duration.ofNanos(System.nanoTime() - start).compareTo(HOST_TTL.multipliedBy(2)) > 0;
                });
    }

    /**
     * The time for which a host was listed, as its readers saw it. The bounds hold however slow this test runs: a read
     * was answered somewhere between its start and its end, and so was the registration.
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
            CLIENT.register(service, fields);
            return new Stay(before, System.nanoTime());
        }

        void endsOn(String path) {
            endsOn(CLIENT, path, () -> {});
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
