package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A client that reads late gets what is then, not all that has been. */
class SlowClientTest {

    /**
     * The number of hosts: each is in a zone with a name of its own, so that an answer is larger than HTTP/2 sends
     * unread.
     */
    private static final int HOSTS = 25;

    private static final String ZONE = "z".repeat(13_000);
    private static final int CHANGES = 12;

    @Test
    void whatChangesMeanwhileIsSentOnceAsItIsInTheEnd() {
        try (TestMember member = TestMember.start(Map.of());
                XdsClient xds = new XdsClient();
                XdsClient late = new XdsClient();
                var quick = xds.endpoints(member.port());
                var slow = late.endpoints(member.port())) {
            for (int host = 1; host <= HOSTS; host++) {
                register(member.client(), host, 1);
            }
            quick.send(subscribe());
            slow.send(subscribe());
            quick.next();
            slow.next();

            Runnable thaw = late.freeze();
            for (int change = 1; change <= CHANGES; change++) {
                register(member.client(), 1, 1 + change);
                while (weight(quick.next()) != 1 + change) {
                    // An answer of before.
                }
            }
            thaw.run();

            int answers = 1;
            while (weight(slow.next()) != 1 + CHANGES) {
                answers++;
            }
            assertThat(answers).isLessThanOrEqualTo(3);
        }
    }

    private static void register(TestClient client, int host, int weight) {
        client.register(
                "large",
                Map.of(
                        "ip",
                        "127.0.0." + host,
                        "tags",
                        "{\"az\": \"%s%d\", \"region\": \"r\", \"instance_id\": \"i\", \"load_balancing_weight\": %d}"
                                .formatted(ZONE, host, weight)));
    }

    private static int weight(DiscoveryResponse answer) {
        return Assignments.of(answer)
                .get(0)
                .getEndpoints(0)
                .getLbEndpoints(0)
                .getLoadBalancingWeight()
                .getValue();
    }

    private static DiscoveryRequest subscribe() {
        return DiscoveryRequest.newBuilder().addResourceNames("large").build();
    }
}
