package io.discovery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.backend.file.FileBackend;
import io.discovery.backend.file.Flush;
import io.discovery.backend.file.Identity;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackendContract;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Real members with a file each: acknowledged changes outlive all of them. */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class FileClusterIT {

    @TempDir
    private Path dir;

    @Test
    void theEndOfAllMembersLosesNothingAndAnyOneBringsAllBack() {
        try (TestCluster cluster = TestCluster.start(3, settingsOfAMinority())) {
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

    /** It may be the one that is cut off, and its file the one that is old. */
    @Test
    void aMemberAloneWithItsFileRefusesReadsUntilThereAreEnough() {
        try (TestCluster cluster = TestCluster.start(3, settings("JOIN_WAIT_SECONDS", "1"))) {
            cluster.client(0).register("old", "127.1.0.1");
            for (int n = 0; n < 3; n++) {
                TestClient client = cluster.client(n);
                await().until(() -> client.hosts("old").equals(Set.of("127.1.0.1")));
                awaitAllWritten(client);
            }
            for (int n = 0; n < 3; n++) {
                cluster.kill(n);
            }

            MemberProcess alone = cluster.relaunch(0);
            TestClient client = alone.client();
            await().atMost(Duration.ofSeconds(30)).until(() -> alone.log().contains("set CLUSTER_MINORITY=open"));
            assertThat(alone.log()).contains("read 1 registrations from disk");
            assertThat(client.get("/health/ready").body())
                    .contains("\"reason\": \"waiting for other members: 1 of at least 2 are here\"");
            assertThat(client.get("/v1/registration/old").statusCode()).isEqualTo(503);
            client.register("new", "127.1.0.2");
            awaitAllWritten(client);

            MemberProcess second = cluster.relaunch(1).awaitReady();
            alone.awaitReady();
            for (TestClient ready : List.of(client, second.client())) {
                assertThat(ready.hosts("old")).containsExactly("127.1.0.1");
                assertThat(ready.hosts("new")).containsExactly("127.1.0.2");
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
            await().until(() -> cluster.client(0)
                            .post("/v1/registration/away", TestClient.registration(Map.of("ip", "127.1.0.3")))
                            .statusCode()
                    == 200);

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
        // Large enough that loading takes a while, and what is asked for comes last.
        Map<String, String> settings = settings("HOST_TTL", "600");
        writeFile(0, "a-large-service", 30_000);
        Set<String> all = writeFile(0, "z-asked-for", 100);
        writeFile(1, "z-asked-for", 1);

        try (TestCluster cluster = TestCluster.launch(2, settings)) {
            // The one with the old file first: it is watched from its first answer on.
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> cluster.member(1).showsAllOrNothing("z-asked-for", all)
                            && cluster.member(0).showsAllOrNothing("z-asked-for", all));
        }
    }

    /** The file that member {@code n} finds when it starts. */
    private Set<String> writeFile(int n, String service, int count) {
        long now = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
        Lease lease = Lease.of(Duration.ofMinutes(10));
        Set<String> addresses = new TreeSet<>();
        List<Registration> registrations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            InstanceKey key = Fixtures.key(service, i);
            addresses.add(key.address().text());
            registrations.add(Fixtures.registered(key, new Version(now + i, 1)));
        }
        Path data = dir.resolve("data").resolve(Integer.toString(n));
        try (FileBackend file = new FileBackend(
                data, new Identity("discovery", "ip"), new Retention(lease, () -> now, () -> now), Flush.EACH_BATCH)) {
            file.open();
            assertThat(StorageBackendContract.put(file, registrations)).isEmpty();
        }
        return addresses;
    }

    @Test
    void aRowThatCannotBeReadKeepsNoOtherBackAndIsToldUntilItsHostReports() throws Exception {
        Set<String> others = writeFile(0, "damaged", 100);
        String victim = Fixtures.key("damaged", 7).address().text();
        others.remove(victim);
        Path data = dir.resolve("data").resolve("0");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("discovery.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE registration SET port = 'eighty' WHERE ip_address = '" + victim + "'");
        }

        try (MemberProcess member = MemberProcess.start(settings("APPLICATION_DIR", data.toString()))) {
            TestClient client = member.client();
            assertThat(client.hosts("damaged")).isEqualTo(others);
            assertThat(client.get("/health/ready").body())
                    .contains("\"backend\": \"DAMAGED: 1 row of SQLite file", "ip_address " + victim);
            assertThat(client.metric("discovery_backend_damaged")).isEqualTo(1);
            assertThat(client.metric("discovery_backend_up")).isEqualTo(1);
            await().until(() -> member.log().contains("each of these is replaced when its host registers"));

            client.register("damaged", victim);

            await().untilAsserted(
                            () -> assertThat(client.get("/health/ready").body()).contains("\"backend\": \"UP\""));
            assertThat(client.metric("discovery_backend_damaged")).isZero();
            member.kill();
        }
        try (MemberProcess again = MemberProcess.start(settings("APPLICATION_DIR", data.toString()))) {
            assertThat(again.client().hosts("damaged")).hasSize(100).contains(victim);
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

    /** One member alone opens, with what its file has. */
    private Map<String, String> settingsOfAMinority() {
        Map<String, String> settings = settings("JOIN_WAIT_SECONDS", "1");
        settings.put("CLUSTER_MINORITY", "open");
        return settings;
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
