package io.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.Writers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real members with a file each: what was acknowledged outlives all of them. */
class FileClusterIT {

    /** How often a member is killed while it writes; scripts/check-crash asks for more. */
    private static final int ROUNDS = Integer.getInteger("discovery.crash.rounds", 3);

    @TempDir
    private Path dir;

    @Test
    void theEndOfAllMembersLosesNothingAndAnyOneBringsAllBack() {
        try (TestCluster cluster = TestCluster.start(3, settings("JOIN_WAIT_SECONDS", "1"))) {
            for (int i = 0; i < 150; i++) {
                cluster.client(i % 3).register("kept", "127.1.0." + (i + 1));
            }
            cluster.client(0).post("/v1/loadbalancing/kept/127.1.0.1", Map.of("load_balancing_weight", "7"));
            cluster.client(0).delete("/v1/registration/kept/127.1.0.2");
            String before = cluster.client(0).get("/v1/registration/kept").body();
            for (int n = 0; n < 3; n++) {
                awaitAllWritten(cluster.client(n));
            }

            for (int survivor = 0; survivor < 3; survivor++) {
                for (int n = 0; n < 3; n++) {
                    cluster.kill(n);
                }
                MemberProcess alone = cluster.relaunch(survivor).awaitReady();
                assertThat(alone.client().get("/v1/registration/kept").body())
                        .as("member %s alone, check-ins to the microsecond", survivor)
                        .isEqualTo(before);
                assertThat(alone.client().metric("discovery_backend_written_total"))
                        .as("what was read is not written")
                        .isZero();
            }
        }
    }

    @Test
    void aMemberThatWasAwayBringsNothingBackAndAHealthyRestartWritesNothing() {
        try (TestCluster cluster = TestCluster.start(3, settings("HOST_TTL", "600"))) {
            cluster.client(0).register("away", "127.1.0.1");
            cluster.client(0).register("away", "127.1.0.2");
            for (int n = 0; n < 3; n++) {
                awaitAllWritten(cluster.client(n));
            }
            cluster.kill(2);
            // Until the others know that it is gone, an outcome may be unknown.
            await().until(() ->
                    cluster.client(0).delete("/v1/registration/away/127.1.0.1").statusCode() != 503);
            assertThat(cluster.client(0).hosts("away")).isEqualTo(Set.of("127.1.0.2"));
            cluster.client(0).register("away", "127.1.0.3");

            cluster.relaunch(2).awaitReady();

            for (int n = 0; n < 3; n++) {
                TestClient client = cluster.client(n);
                await().atMost(Duration.ofSeconds(10))
                        .untilAsserted(
                                () -> assertThat(client.hosts("away")).isEqualTo(Set.of("127.1.0.2", "127.1.0.3")));
            }
            // It has learned the two changes, and no more.
            TestClient back = cluster.client(2);
            await().until(() -> back.metric("discovery_backend_written_total") == 2);
            cluster.awaitWhole();

            awaitAllWritten(back);
            assertThat(cluster.member(2).stop()).isZero();
            cluster.relaunch(2).awaitReady();
            cluster.awaitWhole();
            assertThat(cluster.client(2).metric("discovery_backend_written_total"))
                    .isZero();
            for (int n = 0; n < 3; n++) {
                assertThat(cluster.client(n).metric("discovery_reconciliation_offered_total"))
                        .isZero();
            }
        }
    }

    @Test
    void aMemberWithAnOldFileShowsNothingUntilTheOthersHaveLoadedTheirs() {
        try (TestCluster cluster = TestCluster.start(3, settings("HOST_TTL", "600"))) {
            cluster.client(0).register("old", "127.1.0.1");
            awaitAllWritten(cluster.client(2));
            cluster.kill(2);
            for (int i = 2; i <= 100; i++) {
                String ip = "127.1.0." + i;
                await().until(() -> cluster.client(0)
                                .post("/v1/registration/old", TestClient.registration(Map.of("ip", ip)))
                                .statusCode()
                        == 200);
            }
            Set<String> all = cluster.client(0).hosts("old");
            awaitAllWritten(cluster.client(0));
            await().until(() -> cluster.client(1).hosts("old").equals(all));
            awaitAllWritten(cluster.client(1));
            cluster.kill(0);
            cluster.kill(1);

            for (int n = 0; n < 3; n++) {
                cluster.relaunch(n);
            }

            for (int n = 0; n < 3; n++) {
                MemberProcess member = cluster.member(n);
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(5))
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> member.showsAllOrNothing("old", all));
            }
        }
    }

    @Test
    void anOrderedStopLosesNothing() {
        Map<String, String> settings = settings("WRITE_BEHIND_SECONDS", "3600");
        Set<String> registered = new TreeSet<>();
        try (MemberProcess member = MemberProcess.start(settings)) {
            for (int i = 0; i < 300; i++) {
                String ip = "127.1." + i / 250 + "." + (1 + i % 250);
                member.client().register("stopped", ip);
                registered.add(ip);
            }
            assertThat(member.stop()).isZero();
        }

        try (MemberProcess again = MemberProcess.start(settings)) {
            assertThat(again.client().hosts("stopped")).isEqualTo(registered);
        }
    }

    @Test
    void aKillInTheMiddleOfWritingLosesNothingOlderThanTwoSeconds() {
        for (int round = 1; round <= ROUNDS; round++) {
            Map<String, String> settings =
                    settings("APPLICATION_DIR", dir.resolve("crash" + round).toString());
            try (TestCluster cluster = TestCluster.start(1, settings)) {
                Map<String, Long> acknowledged;
                long killedAt;
                try (Writers writers = Writers.start("crash", 4, cluster)) {
                    TestClient client = cluster.client(0);
                    await().atMost(Duration.ofSeconds(60))
                            .until(() -> client.metric("discovery_backend_written_total") > 1_500);
                    cluster.kill(0);
                    killedAt = System.nanoTime();
                    acknowledged = writers.acknowledged();
                }
                Set<String> old = acknowledged.entrySet().stream()
                        .filter(each -> killedAt - each.getValue()
                                > Duration.ofSeconds(2).toNanos())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());

                TestClient again = cluster.relaunch(0).awaitReady().client();

                assertThat(old).isNotEmpty();
                assertThat(again.hosts("crash")).containsAll(old);
                System.out.printf(
                        "kill -9 while writing, round %d: %d acknowledged, %d of them over 2 s before, %d are back%n",
                        round,
                        acknowledged.size(),
                        old.size(),
                        again.hosts("crash").size());
            }
        }
    }

    @Test
    void whatExpiredWhileAllWereDownStaysGone() {
        Map<String, String> settings = settings("HOST_TTL", "2");
        try (MemberProcess member = MemberProcess.start(settings)) {
            member.client().register("short", "127.1.0.1");
            awaitAllWritten(member.client());
            TestClient client = member.client();
            await().until(() -> client.hosts("short").isEmpty());
            member.kill();
        }

        try (MemberProcess again = MemberProcess.start(settings)) {
            assertThat(again.client().hosts("short")).isEmpty();
            assertThat(again.client().delete("/v1/registration/short/127.1.0.1").statusCode())
                    .isEqualTo(400);
        }
    }

    private Map<String, String> settings(String name, String value) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "BACKEND_STORAGE",
                "InFile",
                "APPLICATION_DIR",
                dir.resolve("data").toString()));
        settings.put(name, value);
        return settings;
    }

    private static void awaitAllWritten(TestClient client) {
        await().atMost(Duration.ofSeconds(30)).until(() -> client.metric("discovery_backend_waiting") == 0);
    }
}
