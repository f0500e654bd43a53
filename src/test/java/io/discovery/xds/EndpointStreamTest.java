package io.discovery.xds;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.Status;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** EDS, the state of the world, as Envoy's page on the xDS protocol says it. */
class EndpointStreamTest {

    private static final String SERVICE = "envoy.service.endpoint.v3.EndpointDiscoveryService";
    private static final String TYPE = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
    /** Longer than changes are gathered. */
    private static final long A_WHILE = 700;

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static TestMember member;
    private static XdsClient xds;

    private final String service = "payments-" + NUMBERS.incrementAndGet();

    @AutoClose
    private XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream;

    @BeforeAll
    static void start() {
        member = TestMember.start(Map.of());
        xds = new XdsClient();
    }

    @AfterAll
    static void stop() {
        xds.close();
        member.close();
    }

    @BeforeEach
    void open() {
        stream = xds.stream(member.port(), SERVICE, "StreamEndpoints");
    }

    @Test
    void aServiceIsAnsweredAndItsChangesFollow() {
        client().register(service, "127.0.0.2");
        stream.send(first(service));
        DiscoveryResponse answer = stream.next();
        assertThat(Assignments.addresses(answer)).containsExactly("127.0.0.2");
        stream.send(ack(answer, service));

        client().register(service, "127.0.0.3");
        DiscoveryResponse second = stream.next();
        assertThat(Assignments.addresses(second)).containsExactly("127.0.0.2", "127.0.0.3");
        stream.send(ack(second, service));

        client().delete("/v1/registration/" + service + "/127.0.0.2");
        assertThat(Assignments.addresses(stream.next())).containsExactly("127.0.0.3");
    }

    @Test
    void anUnknownServiceAndAnEmptiedOneAreServicesWithoutEndpoints() {
        stream.send(first(service));
        DiscoveryResponse unknown = stream.next();
        assertThat(Assignments.of(unknown)).singleElement().satisfies(assignment -> {
            assertThat(assignment.getClusterName()).isEqualTo(service);
            assertThat(assignment.getEndpointsList()).isEmpty();
        });
        stream.send(ack(unknown, service));

        client().register(service, "127.0.0.2");
        stream.send(ack(stream.next(), service));
        client().delete("/v1/registration/" + service + "/127.0.0.2");

        DiscoveryResponse emptied = stream.next();
        assertThat(Assignments.of(emptied)).singleElement().satisfies(assignment -> {
            assertThat(assignment.getClusterName()).isEqualTo(service);
            assertThat(assignment.getEndpointsList()).isEmpty();
        });
        assertThat(emptied.getVersionInfo()).isEqualTo(unknown.getVersionInfo());
    }

    @Test
    void whatCanBeNoServiceHasNoEndpointsEither() {
        stream.send(first("a/b"));

        assertThat(Assignments.of(stream.next()))
                .singleElement()
                .satisfies(assignment -> assertThat(assignment.getClusterName()).isEqualTo("a/b"));
    }

    @Test
    void heartbeatsAndAnAcknowledgementAreNotAnswered() {
        client().register(service, "127.0.0.2");
        stream.send(first(service));
        stream.send(ack(stream.next(), service));

        client().register(service, "127.0.0.2");

        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    @Test
    void manyChangesAtOnceAreOneAnswer() {
        stream.send(first(service));
        stream.send(ack(stream.next(), service));

        for (int host = 1; host <= 5; host++) {
            client().register(service, "127.0.0." + host);
        }

        assertThat(Assignments.addresses(stream.next())).hasSize(5);
        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    @Test
    void aRejectionIsNotAnsweredAndTheNextChangeIs() {
        double before = member.client().metric("discovery_xds_rejected_total");
        client().register(service, "127.0.0.2");
        stream.send(first(service));
        DiscoveryResponse answer = stream.next();
        stream.send(DiscoveryRequest.newBuilder()
                .addResourceNames(service)
                .setTypeUrl(TYPE)
                .setResponseNonce(answer.getNonce())
                .setErrorDetail(Status.newBuilder().setCode(3).setMessage("not to my taste"))
                .build());
        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
        assertThat(member.client().get("/v1/xds/clients").body())
                .contains("\"reason\": \"not to my taste\"")
                .contains(answer.getVersionInfo());
        assertThat(member.client().metric("discovery_xds_rejected_total")).isEqualTo(before + 1);

        client().register(service, "127.0.0.3");

        assertThat(Assignments.addresses(stream.next())).hasSize(2);
    }

    /** A client of gRPC that dropped its subscription while the answer was on its way waits for ever otherwise. */
    @Test
    void whoHasTheAnswerButDoesNotHoldItGetsItAgain() {
        client().register(service, "127.0.0.2");
        stream.send(first(service));
        DiscoveryResponse answer = stream.next();

        stream.send(DiscoveryRequest.newBuilder()
                .addResourceNames(service)
                .setTypeUrl(TYPE)
                .setResponseNonce(answer.getNonce())
                .build());

        DiscoveryResponse again = stream.next();
        assertThat(again.getVersionInfo()).isEqualTo(answer.getVersionInfo());
        assertThat(again.getNonce()).isNotEqualTo(answer.getNonce());
        assertThat(Assignments.addresses(again)).containsExactly("127.0.0.2");
    }

    @Test
    void aClientThatNeverTakesTheAnswerGetsItAFewTimesOnly() {
        stream.send(first(service));
        DiscoveryResponse answer = stream.next();
        for (int time = 0; time < 3; time++) {
            stream.send(DiscoveryRequest.newBuilder()
                    .addResourceNames(service)
                    .setTypeUrl(TYPE)
                    .setResponseNonce(answer.getNonce())
                    .build());
            answer = stream.next();
        }
        stream.send(DiscoveryRequest.newBuilder()
                .addResourceNames(service)
                .setTypeUrl(TYPE)
                .setResponseNonce(answer.getNonce())
                .build());

        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    @Test
    void aRequestFromBeforeTheLastAnswerIsIgnored() {
        stream.send(first(service));
        DiscoveryResponse answer = stream.next();
        stream.send(ack(answer, service));
        client().register(service, "127.0.0.2");
        DiscoveryResponse second = stream.next();

        stream.send(ack(answer, service, service + "-b"));
        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();

        stream.send(ack(second, service, service + "-b"));
        assertThat(Assignments.of(stream.next()))
                .extracting(ClusterLoadAssignment::getClusterName)
                .containsExactly(service + "-b");
    }

    @Test
    void newNamesAreAnsweredAndDroppedOnesAreNotFollowed() {
        stream.send(first(service, service + "-b"));
        DiscoveryResponse both = stream.next();
        assertThat(Assignments.of(both)).hasSize(2);

        stream.send(ack(both, service + "-b"));
        client().register(service, "127.0.0.2");

        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    @Test
    void anotherStreamIsToldTheSameVersion() {
        client().register(service, "127.0.0.2");
        stream.send(first(service));
        DiscoveryResponse answer = stream.next();

        try (var another = xds.stream(member.port(), SERVICE, "StreamEndpoints")) {
            another.send(first(service));

            DiscoveryResponse same = another.next();
            assertThat(same.getVersionInfo()).isEqualTo(answer.getVersionInfo());
            assertThat(same.getResourcesList()).isEqualTo(answer.getResourcesList());
        }
    }

    /** So that a client that comes from another member finds that it has what there is. */
    @Test
    void oneVersionOfManyServicesDoesNotDependOnWhatCameFirst() {
        stream.send(first(service, service + "-b"));
        stream.send(ack(stream.next(), service, service + "-b"));
        client().register(service, "127.0.0.2");
        stream.send(ack(stream.next(), service, service + "-b"));
        client().register(service + "-b", "127.0.0.3");
        DiscoveryResponse last = stream.next();

        try (var another = xds.stream(member.port(), SERVICE, "StreamEndpoints")) {
            another.send(first(service + "-b", service));

            assertThat(another.next().getVersionInfo()).isEqualTo(last.getVersionInfo());
        }
    }

    /** Large answers come in parts; the one that is refused need not be the last. */
    @Test
    void aRejectionOfAnEarlierAnswerIsNotedToo() {
        stream.send(first(service));
        DiscoveryResponse early = stream.next();
        client().register(service, "127.0.0.2");
        stream.next();

        stream.send(ack(early, service).toBuilder()
                .setErrorDetail(Status.newBuilder().setCode(3).setMessage("too late to say"))
                .build());

        await().untilAsserted(() ->
                assertThat(client().get("/v1/xds/clients").body()).contains("\"reason\": \"too late to say\""));
    }

    @Test
    void localityWeightAndCanaryComeFromTheTags() {
        register("127.0.0.2", "\"az\": \"a\", \"load_balancing_weight\": 30, \"canary\": true");
        register("127.0.0.3", "\"az\": \"a\"");
        register("127.0.0.4", "\"az\": \"b\", \"load_balancing_weight\": \"heavy\"");
        stream.send(first(service));

        ClusterLoadAssignment assignment = Assignments.of(stream.next()).get(0);

        assertThat(assignment.getEndpointsList())
                .extracting(locality -> locality.getLocality().getRegion() + "/"
                        + locality.getLocality().getZone()
                        + locality.getLocality().getSubZone() + " "
                        + locality.getLoadBalancingWeight().getValue())
                .containsExactly("r/a 31", "r/b 1");
        assertThat(assignment.getEndpoints(0).getLbEndpointsList())
                .extracting(LbEndpoint::getLoadBalancingWeight)
                .extracting(weight -> weight.getValue())
                .containsExactly(30, 1);
        assertThat(assignment.getEndpoints(0).getLbEndpointsList())
                .extracting(endpoint -> endpoint.getMetadata()
                        .getFilterMetadataOrThrow("envoy.lb")
                        .getFieldsOrThrow("canary")
                        .getBoolValue())
                .containsExactly(true, false);
    }

    /** They know the weights of localities only. */
    @Test
    void clientsOfGrpcGetALocalityForEachWeight() {
        register("127.0.0.2", "\"az\": \"a\", \"load_balancing_weight\": 30");
        register("127.0.0.3", "\"az\": \"a\", \"load_balancing_weight\": 10");
        register("127.0.0.4", "\"az\": \"a\", \"load_balancing_weight\": 10");
        stream.send(first(service).toBuilder()
                .setNode(Node.newBuilder().setUserAgentName("gRPC Java"))
                .build());

        ClusterLoadAssignment assignment = Assignments.of(stream.next()).get(0);

        assertThat(assignment.getEndpointsList())
                .extracting(locality -> locality.getLocality().getSubZone() + " "
                        + locality.getLoadBalancingWeight().getValue())
                .containsExactly("w30 30", "w10 20");
    }

    @Test
    void thePageOfClientsTellsWhoHoldsWhat() {
        client().register(service, "127.0.0.2");
        stream.send(first(service).toBuilder()
                .setNode(Node.newBuilder().setId("sidecar-7").setUserAgentName("envoy"))
                .build());
        DiscoveryResponse answer = stream.next();
        stream.send(ack(answer, service));

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(client().get("/v1/xds/clients").body())
                        .contains("\"id\": \"sidecar-7\"")
                        .contains("\"names\": [\"" + service + "\"]")
                        .contains("\"acknowledged\": \"" + answer.getVersionInfo() + "\""));
    }

    private static TestClient client() {
        return member.client();
    }

    private void register(String ip, String tags) {
        client().register(
                        service, Map.of("ip", ip, "tags", "{\"region\": \"r\", \"instance_id\": \"i\", " + tags + "}"));
    }

    private static DiscoveryRequest first(String... names) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(TYPE)
                .addAllResourceNames(List.of(names))
                .build();
    }

    private static DiscoveryRequest ack(DiscoveryResponse answer, String... names) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(TYPE)
                .setVersionInfo(answer.getVersionInfo())
                .setResponseNonce(answer.getNonce())
                .addAllResourceNames(List.of(names))
                .build();
    }
}
