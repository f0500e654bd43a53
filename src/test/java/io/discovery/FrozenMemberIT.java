package io.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** A member that stands still, as on a machine that swaps or is cut off. */
@Timeout(120)
@Isolated("what is registered is acknowledged by the deadline")
class FrozenMemberIT {

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

    /** Of what it notes in the cluster as it starts, part is the frozen member's to keep. */
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
