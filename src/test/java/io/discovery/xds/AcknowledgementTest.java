package io.discovery.xds;

import static io.discovery.xds.Requests.ENDPOINTS;
import static io.discovery.xds.Requests.ack;
import static io.discovery.xds.Requests.dropping;
import static io.discovery.xds.Requests.first;
import static io.discovery.xds.Requests.rejection;
import static io.discovery.xds.XdsFixture.A_WHILE;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.Status;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The replies of a client of EDS: acknowledgements, rejections and answers that it dropped, after Envoy's page on the xDS protocol. */
class AcknowledgementTest {

    @AutoClose
    private final XdsFixture xds = new XdsFixture();

    private final String service = "payments";

    @AutoClose
    private final XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream = xds.endpoints();

    @Test
    void aRejectionIsNotAnsweredAndTheNextChangeIs() {
        double before = xds.metric("discovery_xds_rejected_total");
        xds.register(service, "127.0.0.2");
        stream.send(first(ENDPOINTS, service));
        DiscoveryResponse answer = stream.next();
        stream.send(rejection(answer, "not to my taste", service));
        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
        assertThat(xds.clients()).contains("\"reason\": \"not to my taste\"").contains(answer.getVersionInfo());
        assertThat(xds.metric("discovery_xds_rejected_total")).isEqualTo(before + 1);

        xds.register(service, "127.0.0.3");

        assertThat(Assignments.addresses(stream.next())).hasSize(2);
    }

    /** A client of gRPC that dropped its subscription while the answer was on its way waits for ever otherwise. */
    @Test
    void whoHasTheAnswerButDoesNotHoldItGetsItAgain() {
        xds.register(service, "127.0.0.2");
        stream.send(first(ENDPOINTS, service));
        DiscoveryResponse answer = stream.next();

        stream.send(dropping(answer, service));

        DiscoveryResponse again = stream.next();
        assertThat(again.getVersionInfo()).isEqualTo(answer.getVersionInfo());
        assertThat(again.getNonce()).isNotEqualTo(answer.getNonce());
        assertThat(Assignments.addresses(again)).containsExactly("127.0.0.2");
    }

    @Test
    void aClientThatNeverTakesTheAnswerGetsItAFewTimesOnly() {
        stream.send(first(ENDPOINTS, service));
        DiscoveryResponse answer = stream.next();
        for (int time = 0; time < 3; time++) {
            stream.send(dropping(answer, service));
            answer = stream.next();
        }
        stream.send(dropping(answer, service));

        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    /** A client whose services change faster than its requests arrive sends no other request. */
    @Test
    void namesInARequestFromBeforeTheLastAnswerCount() {
        stream.send(first(ENDPOINTS, service));
        DiscoveryResponse answer = stream.next();
        stream.send(ack(answer, service));
        xds.register(service, "127.0.0.2");
        DiscoveryResponse second = stream.next();

        stream.send(ack(answer, service, service + "-b"));
        assertThat(Assignments.of(stream.next()))
                .extracting(ClusterLoadAssignment::getClusterName)
                .containsExactly(service + "-b");
        assertThat(xds.clients()).doesNotContain("\"acknowledged\": \"" + second.getVersionInfo() + "\"");

        stream.send(ack(answer, service + "-b"));
        xds.register(service, "127.0.0.3");
        xds.register(service + "-b", "127.0.0.4");
        assertThat(Assignments.of(stream.next()))
                .extracting(ClusterLoadAssignment::getClusterName)
                .containsExactly(service + "-b");
    }

    /** Only a later version of what the client refused tells that it is over. */
    @Test
    void aRejectionIsShownUntilTheClientAcceptsWhatItRejected() {
        String other = service + "-b";
        stream.send(first(ENDPOINTS, service));
        stream.send(rejection(stream.next(), "not to my taste", service, other));
        DiscoveryResponse ofOther = stream.next();
        stream.send(ack(ofOther, service, other));
        await().untilAsserted(() -> assertThat(xds.clients())
                .contains("\"acknowledged\": \"" + ofOther.getVersionInfo() + "\"")
                .contains("\"reason\": \"not to my taste\", \"names\": [\"" + service + "\"]"));

        xds.register(service, "127.0.0.2");
        stream.send(ack(stream.next(), service, other));
        await().untilAsserted(() -> assertThat(xds.clients()).doesNotContain("not to my taste"));
    }

    /** Large answers come in parts; the one that is refused need not be the last. */
    @Test
    void aRejectionOfAnEarlierAnswerIsNotedToo() {
        stream.send(first(ENDPOINTS, service));
        DiscoveryResponse early = stream.next();
        xds.register(service, "127.0.0.2");
        stream.next();

        stream.send(ack(early, service).toBuilder()
                .setErrorDetail(Status.newBuilder().setCode(3).setMessage("too late to say"))
                .build());

        await().untilAsserted(() -> assertThat(xds.clients()).contains("\"reason\": \"too late to say\""));
    }

    @Test
    void thePageOfClientsTellsWhoHoldsWhat() {
        xds.register(service, "127.0.0.2");
        stream.send(first(ENDPOINTS, service).toBuilder()
                .setNode(Node.newBuilder().setId("sidecar-7").setUserAgentName("envoy"))
                .build());
        DiscoveryResponse answer = stream.next();
        stream.send(ack(answer, service));

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(xds.clients())
                        .contains("\"id\": \"sidecar-7\"")
                        .contains("\"names\": [\"" + service + "\"]")
                        .contains("\"acknowledged\": \"" + answer.getVersionInfo() + "\""));
    }
}
