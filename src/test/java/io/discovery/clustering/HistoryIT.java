package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.discovery.testing.EventStream;
import io.discovery.testing.EventStream.Event;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.TestIdentities;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The history of a cluster: what one member was asked, the others show. */
@Tag("long")
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HistoryIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A lease, and the time until a member notices its end, on a slow machine. */
    private static final Duration LEASE_AND_LOOK = Duration.ofSeconds(40);

    @TempDir
    private static Path dir;

    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        Path identities = TestIdentities.OF_PAYMENTS.write(dir.resolve("auth.yaml"));
        cluster = TestCluster.prepare(
                3,
                n -> Map.of(
                        "BACKEND_STORAGE", "InFile",
                        "APPLICATION_DIR", dir.resolve("data").toString(),
                        "HOST_TTL", "8",
                        "AUTH_FILE", identities.toString(),
                        "AUTH_ANONYMOUS", "read"));
        for (int n = 0; n < 3; n++) {
            cluster.launchNext();
        }
        for (int n = 0; n < 3; n++) {
            cluster.member(n).awaitReady();
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static TestClient writer(int member) {
        return TestIdentities.clientOf(cluster.client(member), "writer");
    }

    @Test
    @Order(1)
    void allMembersShowWhoAskedOneOfThem() {
        writer(0).register("payments", Map.of("ip", "127.0.0.1", "revision", "1"));
        writer(1).register("payments", Map.of("ip", "127.0.0.1", "revision", "2"));
        writer(2).delete("/v1/registration/payments/127.0.0.1");

        for (int n = 0; n < 3; n++) {
            int member = n;
            await().untilAsserted(() -> {
                List<JsonNode> changes = changes(member, "ip=127.0.0.1");
                assertThat(changes)
                        .extracting(HistoryIT::kind)
                        .containsExactly("deregistered", "updated", "registered");
                assertThat(changes)
                        .extracting(change -> change.path("by").toString())
                        .containsOnly("{\"address\":\"127.0.0.1\",\"identity\":\"writer\"}");
                assertThat(changes)
                        .extracting(change -> change.path("member").textValue())
                        .containsExactly(address(2), address(1), address(0));
            });
        }
        assertThat(ids(1, "ip=127.0.0.1")).isEqualTo(ids(0, "ip=127.0.0.1")).isEqualTo(ids(2, "ip=127.0.0.1"));
    }

    @Test
    @Order(2)
    void allMembersShowTheExpiryAndTheReturn() {
        writer(0).register("payments", "127.0.0.2");
        await().until(() -> changes(1, "ip=127.0.0.2").size() == 1);
        for (int n = 0; n < 3; n++) {
            int member = n;
            await().atMost(LEASE_AND_LOOK)
                    .untilAsserted(() -> assertThat(changes(member, "ip=127.0.0.2"))
                            .extracting(HistoryIT::kind)
                            .containsExactly("expired", "registered"));
        }
        assertThat(changes(1, "ip=127.0.0.2").get(0).path("by").isNull()).isTrue();
        writer(1).register("payments", "127.0.0.2");
        for (int n = 0; n < 3; n++) {
            int member = n;
            await().atMost(LEASE_AND_LOOK)
                    .untilAsserted(() -> assertThat(changes(member, "ip=127.0.0.2"))
                            .extracting(HistoryIT::kind)
                            .containsExactly("returned", "expired", "registered"));
        }
        assertThat(ids(1, "ip=127.0.0.2")).isEqualTo(ids(0, "ip=127.0.0.2"));
    }

    @Test
    @Order(3)
    void aWatcherGoesOnAtAnotherMemberAfterAKill() {
        String path = "/v1/changes?watch&service=payments";
        String last;
        try (EventStream stream = EventStream.open(cluster.member(0).port(), path)) {
            assertThat(stream.next().type()).isEqualTo("begin");
            writer(1).register("payments", "127.0.0.3");
            Event change = stream.next();
            assertThat(change.data()).contains("127.0.0.3", "\"identity\": \"writer\"");
            last = change.id();
            cluster.kill(0);
        }
        await().ignoreExceptions().until(() -> {
            writer(1).register("payments", "127.0.0.4");
            return changes(2, "ip=127.0.0.4").size() == 1;
        });
        try (EventStream again = EventStream.open(cluster.member(2).port(), path, last)) {
            assertThat(again.next().type()).isEqualTo("begin");
            List<String> seen = new ArrayList<>();
            while (!String.join("", seen).contains("127.0.0.4")) {
                Event event = again.next();
                // A member that has run for less than 10 s says that it may lack some.
                assertThat(event.type()).isIn("change", "gap");
                seen.add(event.data());
            }
        }
    }

    @Test
    @Order(4)
    void theFileKeepsTheHistoryOverARestartOfAll() {
        List<String> before = ids(1, "ip=127.0.0.1");
        assertThat(before).hasSize(3);
        for (int n = 0; n < 3; n++) {
            cluster.kill(n);
        }
        for (int n = 0; n < 3; n++) {
            cluster.relaunch(n);
        }
        for (int n = 0; n < 3; n++) {
            cluster.member(n).awaitReady();
        }

        List<JsonNode> after = changes(1, "ip=127.0.0.1");
        assertThat(ids(1, "ip=127.0.0.1")).isEqualTo(before);
        assertThat(after.get(0).path("by").path("identity").textValue()).isEqualTo("writer");
    }

    private static String address(int member) {
        JsonNode members = read(TestIdentities.clientOf(cluster.client(member), "admin")
                        .get("/v1/cluster")
                        .body())
                .path("members");
        return StreamSupport.stream(members.spliterator(), false)
                .filter(each -> each.path("self").booleanValue())
                .map(each -> each.path("address").textValue())
                .findFirst()
                .orElseThrow();
    }

    private static List<String> ids(int member, String query) {
        return changes(member, query).stream()
                .map(change -> change.path("id").textValue())
                .toList();
    }

    private static String kind(JsonNode change) {
        return change.path("change").textValue();
    }

    private static List<JsonNode> changes(int member, String query) {
        return StreamSupport.stream(
                        read(cluster.client(member).get("/v1/changes?" + query).body())
                                .path("changes")
                                .spliterator(),
                        false)
                .toList();
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException noJson) {
            throw new AssertionError(json, noJson);
        }
    }
}
