package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
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

    @AutoClose
    private static final TestMember MEMBER =
            TestMember.start(Map.of("CACHE_TYPE", "simple", "CACHE_TTL", "30", "HOST_TTL", "2"));

    private static final TestClient CLIENT = MEMBER.client();

    @Test
    void anUnchangedHostMayShowAnOldCheckIn() {
        CLIENT.register("unchanged", "127.0.0.1");
        String before = read("unchanged");

        CLIENT.register("unchanged", "127.0.0.1");

        assertThat(read("unchanged")).isEqualTo(before);
    }

    @Test
    void aRepoAlwaysShowsTheLastCheckIn() {
        CLIENT.register("of-repo", Map.of("service_repo_name", "repo"));
        String before = CLIENT.get("/v1/registration/repo/repo").body();

        CLIENT.register("of-repo", Map.of("service_repo_name", "repo"));

        assertThat(CLIENT.get("/v1/registration/repo/repo").body()).isNotEqualTo(before);
    }

    @Test
    void aChangedHostIsServedAsItIs() {
        CLIENT.register("changed", "127.0.0.1");
        read("changed");

        CLIENT.register("changed", Map.of("port", "81"));
        assertThat(read("changed")).contains("\"port\": 81");

        CLIENT.post("/v1/loadbalancing/changed/127.0.0.1", Map.of(WEIGHT, "5"));
        assertThat(read("changed")).contains("\"" + WEIGHT + "\": 5");

        CLIENT.register("changed", "127.0.0.2");
        assertThat(read("changed")).contains("127.0.0.1", "127.0.0.2");
    }

    @Test
    void aDeletedHostIsNotServed() {
        CLIENT.register("deleted", "127.0.0.1");
        CLIENT.register("deleted", "127.0.0.2");
        read("deleted");

        CLIENT.delete("/v1/registration/deleted/127.0.0.1");

        assertThat(read("deleted")).doesNotContain("127.0.0.1").contains("127.0.0.2");
    }

    @Test
    void anExpiredHostIsNotServedAndAHeartbeatThatTheCacheHidKeepsAHostListed() {
        CLIENT.register("expiring", "127.0.0.1");
        CLIENT.register("expiring", "127.0.0.2");
        read("expiring");

        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .atMost(PATIENCE)
                .until(() -> {
                    CLIENT.register("expiring", "127.0.0.2");
                    String body = read("expiring");
                    assertThat(body).contains("127.0.0.2");
                    return !body.contains("127.0.0.1");
                });
    }

    @Test
    void anEmptyListIsNotCached() {
        assertThat(read("empty")).contains("\"hosts\": []");

        CLIENT.register("empty", "127.0.0.1");

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
        return CLIENT.get("/v1/registration/" + service).body();
    }
}
