package io.discovery.xds;

import static io.discovery.xds.Requests.CLUSTERS;
import static io.discovery.xds.Requests.ENDPOINTS;
import static io.discovery.xds.Requests.UNKNOWN;
import static io.discovery.xds.XdsFixture.A_WHILE;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.Status;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Incremental streams of all types, after Envoy's page on the xDS protocol. */
class DeltaStreamTest {

    @AutoClose
    private final XdsFixture xds = new XdsFixture();

    private final String service = "payments";
    private final String other = service + "-b";

    @AutoClose
    private final XdsClient.Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> stream = xds.deltaAggregated();

    @Test
    void aLaterSubscriptionToAllIsAnsweredAlsoIfThereIsNothing() {
        stream.send(DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(Requests.CLUSTERS)
                .addResourceNamesSubscribe(service)
                .build());
        assertThat(stream.next().getResourcesCount()).isEqualTo(1);

        stream.send(DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(Requests.CLUSTERS)
                .addResourceNamesSubscribe("*")
                .build());

        assertThat(stream.next().getResourcesCount()).isZero();
    }

    @Test
    void aChangeIsSentOfTheServiceThatChangedAlone() {
        xds.register(service, "127.0.0.2");
        stream.send(subscribe(service, other));
        DeltaDiscoveryResponse both = stream.next();
        assertThat(names(both)).containsExactly(service, other);
        stream.send(ack(both));

        xds.register(other, "127.0.0.3");

        DeltaDiscoveryResponse change = stream.next();
        assertThat(names(change)).containsExactly(other);
        assertThat(addresses(change, 0)).containsExactly("127.0.0.3");
        assertThat(version(change, other)).isNotEqualTo(version(both, other));
    }

    @Test
    void anUnknownServiceAndAnEmptiedOneHaveNoEndpointsAndAreNotRemoved() {
        stream.send(subscribe(service));
        DeltaDiscoveryResponse unknown = stream.next();
        xds.register(service, "127.0.0.2");
        stream.send(ack(stream.next()));

        xds.deregister(service, "127.0.0.2");

        DeltaDiscoveryResponse emptied = stream.next();
        for (DeltaDiscoveryResponse answer : List.of(unknown, emptied)) {
            assertThat(names(answer)).containsExactly(service);
            assertThat(addresses(answer, 0)).isEmpty();
            assertThat(answer.getRemovedResourcesList()).isEmpty();
        }
        assertThat(version(emptied, service)).isEqualTo(version(unknown, service));
    }

    @Test
    void heartbeatsAndAcknowledgementsAreNotAnswered() {
        xds.register(service, "127.0.0.2");
        stream.send(subscribe(service));
        stream.send(ack(stream.next()));

        xds.register(service, "127.0.0.2");

        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    /** It may have dropped what it had. */
    @Test
    void whatIsSubscribedAgainIsSentAgain() {
        stream.send(subscribe(service));
        stream.send(ack(stream.next()));

        stream.send(subscribe(service));

        assertThat(names(stream.next())).containsExactly(service);
    }

    @Test
    void whatIsNoLongerWantedIsNotSent() {
        stream.send(subscribe(service, other));
        stream.send(ack(stream.next()).toBuilder()
                .addResourceNamesUnsubscribe(service)
                .build());

        xds.register(service, "127.0.0.2");
        xds.register(other, "127.0.0.2");

        assertThat(names(stream.next())).containsExactly(other);
    }

    @Test
    void subscriptionsCountWhateverTheirNonce() {
        stream.send(subscribe(service));
        stream.next();

        stream.send(subscribe(other).toBuilder().setResponseNonce("of old").build());

        assertThat(names(stream.next())).containsExactly(other);
    }

    @Test
    void whoHoldsSomethingFromAnotherStreamIsSentWhatDiffers() {
        xds.register(service, "127.0.0.2");
        xds.register(other, "127.0.0.2");
        stream.send(subscribe(service, other));
        DeltaDiscoveryResponse both = stream.next();
        xds.register(other, "127.0.0.3");
        stream.next();

        try (var again = xds.deltaAggregated()) {
            again.send(subscribe(service, other).toBuilder()
                    .putInitialResourceVersions(service, version(both, service))
                    .putInitialResourceVersions(other, version(both, other))
                    .build());

            DeltaDiscoveryResponse answer = again.next();
            assertThat(names(answer)).containsExactly(other);
            assertThat(addresses(answer, 0)).containsExactly("127.0.0.2", "127.0.0.3");
            assertThat(again.poll(A_WHILE, MILLISECONDS)).isNull();
        }
    }

    @Test
    void whoHoldsAllIsSentNothingUntilSomethingChanges() {
        xds.register(service, "127.0.0.2");
        stream.send(subscribe(service));
        String version = version(stream.next(), service);

        try (var again = xds.deltaAggregated()) {
            again.send(subscribe(service).toBuilder()
                    .putInitialResourceVersions(service, version)
                    .build());
            assertThat(again.poll(A_WHILE, MILLISECONDS)).isNull();

            xds.deregister(service, "127.0.0.2");

            assertThat(addresses(again.next(), 0)).isEmpty();
        }
    }

    @Test
    void aRejectionIsNotedAndTheNextChangeIsSent() {
        double before = xds.metric("discovery_xds_rejected_total");
        stream.send(subscribe(service));
        DeltaDiscoveryResponse answer = stream.next();
        stream.send(ack(answer).toBuilder()
                .setErrorDetail(Status.newBuilder().setCode(3).setMessage("no taste for it"))
                .build());
        await().until(() -> xds.metric("discovery_xds_rejected_total") == before + 1);
        assertThat(xds.clients()).contains("\"reason\": \"no taste for it\"");

        xds.register(service, "127.0.0.2");

        assertThat(addresses(stream.next(), 0)).containsExactly("127.0.0.2");
    }

    @Test
    void whoSubscribesToAllClustersIsToldOfNewOnes() {
        xds.register(service, "127.0.0.2");
        stream.send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(CLUSTERS).build());
        assertThat(names(stream.next())).contains(service).doesNotContain(other);

        xds.register(other, "127.0.0.2");

        assertThat(names(stream.next())).containsExactly(other);
    }

    @Test
    void aTypeThatIsNotServedIsCountedAndTheStreamGoesOn() {
        double before = xds.metric("discovery_xds_unknown_types_total");
        stream.send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(UNKNOWN).build());

        stream.send(subscribe(service));

        assertThat(names(stream.next())).containsExactly(service);
        assertThat(xds.metric("discovery_xds_unknown_types_total")).isEqualTo(before + 1);
    }

    private static DeltaDiscoveryRequest subscribe(String... names) {
        return DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(ENDPOINTS)
                .addAllResourceNamesSubscribe(List.of(names))
                .build();
    }

    private static DeltaDiscoveryRequest ack(DeltaDiscoveryResponse answer) {
        return DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(ENDPOINTS)
                .setResponseNonce(answer.getNonce())
                .build();
    }

    private static List<String> names(DeltaDiscoveryResponse answer) {
        return answer.getResourcesList().stream().map(Resource::getName).toList();
    }

    private static String version(DeltaDiscoveryResponse answer, String name) {
        return answer.getResourcesList().stream()
                .filter(resource -> resource.getName().equals(name))
                .map(Resource::getVersion)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> addresses(DeltaDiscoveryResponse answer, int index) {
        ClusterLoadAssignment assignment = Assignments.of(answer).get(index);
        return Assignments.addresses(assignment);
    }
}
