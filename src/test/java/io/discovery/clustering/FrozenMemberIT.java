package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.EventStream;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** A member that stands still, as on a machine that swaps or is cut off. */
@Tag("long")
@Timeout(120)
@Isolated("what is registered is acknowledged by the deadline")
class FrozenMemberIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    /** A request in the buffers of a frozen member outlives its client's patience, and what the client did since. */
    @Test
    void whatAFrozenMemberWasAskedDoesNotUndoWhatWasDoneSince() throws IOException {
        try (TestCluster cluster = TestCluster.start(2, Map.of())) {
            cluster.client(0).register("frozen", "127.1.0.1");
            cluster.member(1).freeze();
            try (Socket givenUp = RawHttp.connect(cluster.member(1).port())) {
                givenUp.getOutputStream()
                        .write("DELETE /v1/registration/frozen/127.1.0.1 HTTP/1.1\r\nHost: a\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> cluster.client(0)
                                        .post(
                                                "/v1/registration/frozen",
                                                TestClient.registration(Map.of("ip", "127.1.0.1")))
                                        .statusCode()
                                == 200);
                cluster.member(1).thaw();

                assertThat(RawHttp.read(givenUp.getInputStream(), false).code()).isEqualTo(503);
            }
            cluster.awaitWhole();
            assertThat(cluster.client(1).hosts("frozen")).containsExactly("127.1.0.1");
            assertThat(cluster.client(1).metric("discovery_standstills_total")).isOne();
        }
    }

    /** It learns bit by bit what it missed, and shows it as a whole. */
    @Test
    void aMemberThatMergesBackShowsNoPartOfWhatItMissed() {
        try (TestCluster cluster = TestCluster.start(3, Map.of())) {
            TestClient others = cluster.client(0);
            TestClient frozen = cluster.client(2);
            Set<String> before = registerMany(others, 1);
            await().atMost(SOON).until(() -> frozen.hosts("many").equals(before));
            try (EventStream watch = EventStream.open(cluster.member(2).port(), "/v1/watch/many")) {
                assertThat(TestClient.hostsOf(watch.next().data())).isEqualTo(before);
                cluster.member(2).freeze();
                // Earlier requests would wait in its buffers.
                await().atMost(SOON).until(() -> others.metric("discovery_members") == 2);
                Set<String> after = new TreeSet<>(before);
                after.addAll(registerMany(others, 2));
                cluster.member(2).thaw();

                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .atMost(SOON)
                        .until(() -> showsBothOrNone(frozen, before, after));
                assertThat(TestClient.hostsOf(watch.next().data())).isEqualTo(after);
            }
            // It has learnt all of its peers before Hazelcast has merged the map.
            await().atMost(SOON).until(() -> cluster.member(2).log().contains("copies have been compared"));
            cluster.awaitWhole();
        }
    }

    private static Set<String> registerMany(TestClient client, int batch) {
        Set<String> addresses = new TreeSet<>();
        for (int i = 0; i < 1_000; i++) {
            addresses.add("127." + batch + "." + i / 250 + "." + (1 + i % 250));
        }
        String body = addresses.stream()
                .map(ip -> "{\"service\": \"many\", \"ip\": \"" + ip
                        + "\", \"port\": 80, \"revision\": \"1\", \"tags\": " + TestClient.TAGS + "}")
                .collect(Collectors.joining(",", "[", "]"));
        await().atMost(SOON)
                .until(() -> client.post("/v1/registrations", "application/json", body)
                                .statusCode()
                        == 200);
        return addresses;
    }

    private static boolean showsBothOrNone(TestClient client, Set<String> before, Set<String> after) {
        HttpResponse<String> answer = client.get("/v1/registration/many");
        if (answer.statusCode() == 503) {
            return false;
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        Set<String> shown = TestClient.hostsOf(answer.body());
        assertThat(shown.size()).as("hosts shown").isIn(before.size(), after.size());
        return shown.equals(after);
    }

    /** The starting member writes to the map of the cluster, and the frozen member keeps a part of that. */
    @Test
    void aMemberStartsWhileAnotherStandsStill() {
        try (TestCluster cluster = TestCluster.start(3, Map.of())) {
            cluster.client(0).register("frozen", "127.1.0.1");
            cluster.kill(2);
            cluster.member(1).freeze();

            MemberProcess late = cluster.relaunch(2).awaitReady();

            assertThat(late.client().hosts("frozen")).containsExactly("127.1.0.1");
        }
    }
}
