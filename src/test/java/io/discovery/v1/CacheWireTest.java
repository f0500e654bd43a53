package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Seed: README, CACHE_TYPE and CACHE_TTL; ours keeps the cache's benefit, bodies made once, and none of its lies: only
 * the times of check-ins may be old.
 */
@Execution(ExecutionMode.CONCURRENT)
class CacheWireTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String WEIGHT = "load_balancing_weight";

    @SuppressWarnings("NullAway.Init") // by start, before any test
    private static TestMember member;

    @SuppressWarnings("NullAway.Init") // by start, before any test
    private static TestClient client;

    @BeforeAll
    static void start() {
        member = TestMember.start(Map.of("CACHE_TYPE", "simple", "CACHE_TTL", "30", "HOST_TTL", "2"));
        client = member.client();
    }

    @AfterAll
    static void stop() {
        member.close();
    }

    @Test
    void anUnchangedHostMayShowAnOldCheckIn() {
        client.register("unchanged", "127.0.0.1");
        String before = read("unchanged");

        client.register("unchanged", "127.0.0.1");

        assertThat(read("unchanged")).isEqualTo(before);
    }

    @Test
    void aRepoAlwaysShowsTheLastCheckIn() {
        client.register("of-repo", Map.of("service_repo_name", "repo"));
        String before = client.get("/v1/registration/repo/repo").body();

        client.register("of-repo", Map.of("service_repo_name", "repo"));

        assertThat(client.get("/v1/registration/repo/repo").body()).isNotEqualTo(before);
    }

    @Test
    void aChangedHostIsServedAsItIs() {
        client.register("changed", "127.0.0.1");
        read("changed");

        client.register("changed", Map.of("port", "81"));
        assertThat(read("changed")).contains("\"port\": 81");

        client.post("/v1/loadbalancing/changed/127.0.0.1", Map.of(WEIGHT, "5"));
        assertThat(read("changed")).contains("\"" + WEIGHT + "\": 5");

        client.register("changed", "127.0.0.2");
        assertThat(read("changed")).contains("127.0.0.1", "127.0.0.2");
    }

    @Test
    void aDeletedHostIsNotServed() {
        client.register("deleted", "127.0.0.1");
        client.register("deleted", "127.0.0.2");
        read("deleted");

        client.delete("/v1/registration/deleted/127.0.0.1");

        assertThat(read("deleted")).doesNotContain("127.0.0.1").contains("127.0.0.2");
    }

    @Test
    void anExpiredHostIsNotServedAndAHeartbeatThatTheCacheHidKeepsAHostListed() {
        client.register("expiring", "127.0.0.1");
        client.register("expiring", "127.0.0.2");
        read("expiring");

        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .atMost(PATIENCE)
                .until(() -> {
                    client.register("expiring", "127.0.0.2");
                    String body = read("expiring");
                    assertThat(body).contains("127.0.0.2");
                    return !body.contains("127.0.0.1");
                });
    }

    @Test
    void anEmptyListIsNotCached() {
        assertThat(read("empty")).contains("\"hosts\": []");

        client.register("empty", "127.0.0.1");

        assertThat(read("empty")).contains("127.0.0.1");
    }

    @Test
    void afterCacheTtlTheLastCheckInIsShown() {
        try (TestMember shortly = TestMember.start(Map.of("CACHE_TYPE", "simple", "CACHE_TTL", "1"))) {
            shortly.client().register("old", "127.0.0.1");
            String before = shortly.client().get("/v1/registration/old").body();
            shortly.client().register("old", "127.0.0.1");

            await().atMost(PATIENCE)
                    .until(() ->
                            !shortly.client().get("/v1/registration/old").body().equals(before));
        }
    }

    @Test
    void withoutACacheEveryCheckInIsShown() {
        try (TestMember plain = TestMember.start(Map.of())) {
            plain.client().register("plain", "127.0.0.1");
            String before = plain.client().get("/v1/registration/plain").body();

            plain.client().register("plain", "127.0.0.1");

            assertThat(plain.client().get("/v1/registration/plain").body()).isNotEqualTo(before);
        }
    }

    private static String read(String service) {
        return client.get("/v1/registration/" + service).body();
    }
}
