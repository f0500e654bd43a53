package io.discovery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.SeedTable;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Members that move to another backend, one after the other: BACKEND_STORAGE_BEFORE. */
@Tag("long")
@Tag("days")
@Execution(ExecutionMode.CONCURRENT)
class BackendMoveIT {

    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final DynamoDbLocal DYNAMO = DynamoDbLocal.server();

    @TempDir
    private Path dir;

    /** The second table must get all rows, though the cluster once knew that a table has them. */
    @Test
    void aTableHasAllWhileOwnersHaveFilesAndTheNextTableToo() {
        SeedTable first = new SeedTable(DYNAMO.client(), DynamoDbLocal.newTableName()).create();
        SeedTable second = new SeedTable(DYNAMO.client(), DynamoDbLocal.newTableName()).create();
        Set<String> all = new TreeSet<>();
        try (TestCluster cluster = TestCluster.start(3, files(""))) {
            register(cluster, "127.8.0.", all);

            restart(cluster, 2, table(first, "InFile"));

            register(cluster, "127.8.1.", all);
            assertThat(cluster.client(0).get("/v1/members").body()).contains("InFile", "DynamoDB");
            awaitRows(first, all);
            restart(cluster, 1, table(first, "InFile"));
            restart(cluster, 0, table(first, "InFile"));
            awaitRows(first, all);

            for (int n = 0; n < 3; n++) {
                restart(cluster, n, filesAgain(n));
            }
            await("the cluster to forget the table").atMost(SOON).until(() -> isForgotten(cluster));
            register(cluster, "127.8.2.", all);

            for (int n = 0; n < 3; n++) {
                restart(cluster, n, table(second, "InFile"));
            }
            awaitRows(second, all);
            for (int n = 0; n < 3; n++) {
                assertThat(cluster.client(n).hosts("moved")).isEqualTo(all);
            }
        }
    }

    @Test
    void aMemberWithAnotherBackendIsRefusedUnlessItSaysThatItMoves() {
        try (TestCluster cluster = TestCluster.start(2, files(""))) {
            cluster.member(1).stop();
            cluster.configure(1, Map.of("BACKEND_STORAGE", "InMemory"));

            MemberProcess refused = cluster.relaunch(1);

            assertThat(refused.awaitExit()).isEqualTo(1);
            assertThat(refused.log())
                    .contains("BACKEND_STORAGE: here 'InMemory', in the cluster 'InFile'; all members must agree")
                    .contains("to move to another backend, set BACKEND_STORAGE_BEFORE=InFile");

            cluster.configure(1, Map.of("BACKEND_STORAGE_BEFORE", "InFile"));
            cluster.relaunch(1);
            cluster.awaitWhole();
        }
    }

    /** Nothing but the files has the hosts: no member had moved when the power failed. */
    @Test
    void membersThatAllStartWithATableBringTheirFilesAlong() {
        SeedTable table = new SeedTable(DYNAMO.client(), DynamoDbLocal.newTableName()).create();
        Set<String> all = new TreeSet<>();
        try (TestCluster cluster = TestCluster.start(3, files(""))) {
            register(cluster, "127.8.4.", all);
            String removed = "127.8.4.40";
            cluster.client(0).delete("/v1/registration/moved/" + removed);
            all.remove(removed);
            for (int n = 0; n < 3; n++) {
                assertThat(cluster.member(n).stop()).isZero();
                cluster.configure(n, table(table, "InFile"));
            }

            assertThatAllShowAllOrNothing(cluster, all);

            awaitRows(table, all);
        }
    }

    /** Nothing but the table has the hosts: no member had moved when the power failed. */
    @Test
    void membersThatAllStartWithFilesBringTheTableAlong() {
        SeedTable table = new SeedTable(DYNAMO.client(), DynamoDbLocal.newTableName()).create();
        Set<String> all = new TreeSet<>();
        try (TestCluster cluster = TestCluster.start(3, table(table, ""))) {
            register(cluster, "127.8.5.", all);
            awaitRows(table, all);
            for (int n = 0; n < 3; n++) {
                cluster.kill(n);
                cluster.configure(n, filesAgain(n));
            }

            assertThatAllShowAllOrNothing(cluster, all);
        }
    }

    /** A member that is stopped, gets the new settings and starts, as the page says, but has no others. */
    @Test
    void aMemberAloneBringsItsFileAlongButNotADamagedOne() throws IOException {
        SeedTable table = new SeedTable(DYNAMO.client(), DynamoDbLocal.newTableName()).create();
        Set<String> all = Set.of("127.8.6.1", "127.8.6.2");
        try (MemberProcess files = MemberProcess.start(files(""))) {
            all.forEach(host -> files.client().register("moved", host));
            assertThat(files.stop()).isZero();
        }
        Map<String, String> settings = new HashMap<>(table(table, "InFile"));
        settings.put("APPLICATION_DIR", dir.toString());

        try (MemberProcess moved = MemberProcess.start(settings)) {
            assertThat(moved.client().hosts("moved")).isEqualTo(all);
            awaitRows(table, all);
        }

        byte[] whole = Files.readAllBytes(dir.resolve("discovery.db"));
        Files.write(dir.resolve("discovery.db"), Arrays.copyOf(whole, whole.length - 100));
        try (MemberProcess refused = MemberProcess.launch(settings)) {
            assertThat(refused.awaitExit()).isEqualTo(1);
            assertThat(refused.log()).contains("discovery.db is damaged: its last page is cut off");
        }
        Files.delete(dir.resolve("discovery.db"));
        try (MemberProcess without = MemberProcess.start(settings)) {
            assertThat(without.log()).contains("BACKEND_STORAGE_BEFORE=InFile: there is no file in " + dir);
        }
    }

    /** A member that is open has all that the one without its table could bring. */
    @Test
    void aMemberWhoseNewTableDoesNotAnswerKeepsNoOtherFromOpening() {
        Set<String> all = new TreeSet<>();
        try (TestCluster cluster = TestCluster.start(3, files(""));
                DynamoDbProxy away = DynamoDbProxy.before(DYNAMO.port())) {
            register(cluster, "127.8.7.", all);
            away.refuse();
            assertThat(cluster.member(2).stop()).isZero();
            Map<String, String> lost =
                    new HashMap<>(DynamoDbLocal.environment(DynamoDbLocal.newTableName(), away.endpoint()));
            lost.put("BACKEND_STORAGE_BEFORE", "InFile");
            cluster.configure(2, lost);
            MemberProcess moved = cluster.relaunch(2);
            await().atMost(SOON).until(() -> moved.log().contains("cannot be read by this member"));

            assertThat(cluster.member(1).stop()).isZero();
            MemberProcess restarted = cluster.relaunch(1);

            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> restarted.showsAllOrNothing("moved", all));
            assertThat(moved.client().answers("/health/ready")).isFalse();
        }
    }

    /** One table at two addresses looks like two, and two like one that has but a part of the hosts. */
    @Test
    void membersWithTablesAtDifferentPlacesAreToldApart() {
        SeedTable table = new SeedTable(DYNAMO.client(), DynamoDbLocal.newTableName()).create();
        try (DynamoDbProxy other = DynamoDbProxy.before(DYNAMO.port());
                TestCluster cluster = TestCluster.start(2, DYNAMO.environment(table.name()))) {
            assertThat(cluster.member(1).log()).doesNotContain("has other settings");
            assertThat(settings(cluster)).hasSize(1);

            restart(cluster, 1, DynamoDbLocal.environment(table.name(), other.endpoint()));

            assertThat(cluster.member(1).log())
                    .contains("has other settings: DYNAMODB_URL: here 'DynamoDB table " + table.name() + " at http");
            assertThat(settings(cluster)).hasSize(2);
        }
    }

    /** Returns the digests by which doctor tells that settings differ. */
    private static Set<String> settings(TestCluster cluster) {
        return Pattern.compile("\"settings\": *\"([0-9a-f]+)\"")
                .matcher(cluster.client(0).get("/v1/members").body())
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
    }

    private static void assertThatAllShowAllOrNothing(TestCluster cluster, Set<String> all) {
        for (int n = 0; n < cluster.size(); n++) {
            cluster.relaunch(n);
        }
        for (int n = 0; n < cluster.size(); n++) {
            MemberProcess member = cluster.member(n);
            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> member.showsAllOrNothing("moved", all));
        }
    }

    /** All members died when the table had nothing yet. */
    @Test
    void aMemberThatMovesWaitsForTheFilesOfTheOthers() {
        SeedTable table = new SeedTable(DYNAMO.client(), DynamoDbLocal.newTableName()).create();
        Set<String> all = new TreeSet<>();
        try (TestCluster cluster = TestCluster.start(2, files(""))) {
            register(cluster, "127.8.3.", all);
            for (int n = 0; n < 2; n++) {
                assertThat(cluster.member(n).stop()).isZero();
            }
            cluster.configure(0, table(table, "InFile"));
            MemberProcess moved = cluster.relaunch(0);
            await().atMost(SOON).until(() -> moved.log().contains("read 0 registrations from"));
            cluster.relaunch(1);

            await().atMost(SOON).pollInterval(Duration.ofMillis(10)).until(() -> moved.showsAllOrNothing("moved", all));
            awaitRows(table, all);
        }
    }

    /** The table may lack what the others have in their files. */
    @Test
    void aMemberThatMovesAndIsCutOffDoesNotOpenWithAnEmptyTable() {
        SeedTable table = new SeedTable(DYNAMO.client(), DynamoDbLocal.newTableName()).create();
        Map<String, String> settings = new HashMap<>(table(table, "InFile"));
        settings.put("JOIN_WAIT_SECONDS", "1");
        settings.put("CLUSTER_MIN_MEMBERS", "2");
        try (MemberProcess apart = MemberProcess.launch(settings)) {
            await().atMost(SOON).until(() -> apart.log().contains("read 0 registrations from"));
            await().atMost(SOON).until(() -> apart.log().contains("waiting for other members: 1 of at least 2"));
            assertThat(apart.client().answers("/health/ready")).isFalse();
            assertThat(apart.client().get("/v1/registration/moved").statusCode())
                    .isEqualTo(503);
        }
    }

    private static boolean isForgotten(TestCluster cluster) {
        return IntStream.range(0, cluster.size())
                .anyMatch(n -> cluster.member(n).log().contains("no member has a backend that all share any more"));
    }

    private static void register(TestCluster cluster, String network, Set<String> all) {
        for (int host = 1; host <= 40; host++) {
            cluster.client(host % cluster.size()).register("moved", network + host);
            all.add(network + host);
        }
    }

    private static void awaitRows(SeedTable table, Set<String> all) {
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(table.hosts("moved", TTL).keySet()).isEqualTo(all));
    }

    private static void restart(TestCluster cluster, int n, Map<String, String> settings) {
        assertThat(cluster.member(n).stop()).isZero();
        cluster.configure(n, settings);
        cluster.relaunch(n);
        cluster.awaitWhole();
    }

    private Map<String, String> files(String before) {
        return Map.of("BACKEND_STORAGE", "InFile", "BACKEND_STORAGE_BEFORE", before, "APPLICATION_DIR", dir.toString());
    }

    /** Returns the settings of a member whose folder is the one that it had before. */
    private Map<String, String> filesAgain(int n) {
        Map<String, String> settings = new HashMap<>(files("DynamoDB"));
        settings.put("APPLICATION_DIR", dir.resolve(Integer.toString(n)).toString());
        return settings;
    }

    private static Map<String, String> table(SeedTable table, String before) {
        Map<String, String> settings = new HashMap<>(DYNAMO.environment(table.name()));
        settings.put("BACKEND_STORAGE_BEFORE", before);
        return settings;
    }
}
