package io.discovery.xds;

import static io.discovery.xds.Requests.CLUSTERS;
import static io.discovery.xds.Requests.ENDPOINTS;
import static io.discovery.xds.Requests.LISTENERS;
import static io.discovery.xds.Requests.ROUTES;
import static io.discovery.xds.Requests.UNKNOWN;
import static io.discovery.xds.Requests.ack;
import static io.discovery.xds.XdsFixture.A_WHILE;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Streams of all types, the state of the world: gRPC asks for one type after another, and Envoy with ADS too. */
class AggregatedStreamTest {

    @AutoClose
    private final XdsFixture xds = new XdsFixture();

    private final String service = "payments";

    @AutoClose
    private final XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream = xds.aggregated();

    @Test
    void aNameLeadsFromItsListenerToItsEndpoints() throws InvalidProtocolBufferException {
        xds.register(service, "127.0.0.2");

        Listener listener = only(LISTENERS, service).unpack(Listener.class);
        HttpConnectionManager manager =
                listener.getApiListener().getApiListener().unpack(HttpConnectionManager.class);
        assertThat(manager.getRds().getConfigSource().hasAds()).isTrue();
        RouteConfiguration routes =
                only(ROUTES, manager.getRds().getRouteConfigName()).unpack(RouteConfiguration.class);
        String target = routes.getVirtualHosts(0).getRoutes(0).getRoute().getCluster();
        Cluster cluster = only(CLUSTERS, target).unpack(Cluster.class);
        assertThat(cluster.getEdsClusterConfig().getEdsConfig().hasAds()).isTrue();
        Any endpoints = only(ENDPOINTS, cluster.getEdsClusterConfig().getServiceName());

        assertThat(Assignments.addresses(Assignments.of(endpoints))).containsExactly("127.0.0.2");
    }

    /** A client deletes listeners and clusters that an answer lacks. */
    @Test
    void anAnswerOfClustersHasAllThatAreSubscribed() {
        stream.send(first(CLUSTERS, service));
        DiscoveryResponse one = stream.next();

        stream.send(ack(one, service, service + "-b"));

        assertThat(stream.next().getResourcesCount()).isEqualTo(2);
    }

    @Test
    void anEmptiedServiceKeepsItsClusterAndListener() {
        xds.register(service, "127.0.0.2");
        for (String type : List.of(CLUSTERS, LISTENERS)) {
            stream.send(first(type, service));
            stream.send(ack(stream.next(), service));
        }

        xds.deregister(service, "127.0.0.2");

        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    @Test
    void whoAsksForAllClustersIsToldOfNewOnesAndLosesNone() throws InvalidProtocolBufferException {
        xds.register(service, "127.0.0.2");
        stream.send(first(CLUSTERS));
        DiscoveryResponse all = stream.next();
        assertThat(clusters(all)).contains(service).doesNotContain(service + "-b");
        stream.send(ack(all));

        xds.register(service + "-b", "127.0.0.2");
        xds.deregister(service, "127.0.0.2");

        assertThat(clusters(stream.next())).contains(service, service + "-b");
    }

    @Test
    void namingNothingAfterNamesIsToWantNothing() {
        stream.send(first(CLUSTERS, service));
        DiscoveryResponse one = stream.next();

        stream.send(ack(one));
        xds.register(service + "-b", "127.0.0.2");

        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    /** It could do nothing with them, and would refuse them. */
    @Test
    void envoyThatAsksForAllListenersGetsNone() {
        xds.register(service, "127.0.0.2");
        stream.send(first(LISTENERS).toBuilder()
                .setNode(Node.newBuilder().setUserAgentName("envoy"))
                .build());

        assertThat(stream.next().getResourcesCount()).isZero();
    }

    @Test
    void typesHaveNoncesAndVersionsOfTheirOwn() {
        stream.send(first(CLUSTERS, service));
        DiscoveryResponse cluster = stream.next();
        stream.send(first(ENDPOINTS, service));
        DiscoveryResponse endpoints = stream.next();
        stream.send(ack(cluster, service));
        stream.send(ack(endpoints, service));

        xds.register(service, "127.0.0.2");

        DiscoveryResponse change = stream.next();
        assertThat(change.getTypeUrl()).isEqualTo(ENDPOINTS);
        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    @Test
    void aTypeThatIsNotServedIsCountedAndTheStreamGoesOn() {
        double before = xds.metric("discovery_xds_unknown_types_total");
        stream.send(first(UNKNOWN));

        stream.send(first(ENDPOINTS, service));

        assertThat(stream.next().getTypeUrl()).isEqualTo(ENDPOINTS);
        assertThat(xds.metric("discovery_xds_unknown_types_total")).isEqualTo(before + 1);
    }

    /** The one resource of that name. */
    private Any only(String type, String name) {
        stream.send(first(type, name));
        DiscoveryResponse answer = stream.next();
        assertThat(answer.getTypeUrl()).isEqualTo(type);
        stream.send(ack(answer, name));
        assertThat(answer.getResourcesList()).hasSize(1);
        return answer.getResources(0);
    }

    private static List<String> clusters(DiscoveryResponse answer) throws InvalidProtocolBufferException {
        List<String> names = new ArrayList<>();
        for (Any resource : answer.getResourcesList()) {
            names.add(resource.unpack(Cluster.class).getName());
        }
        return names;
    }

    private static DiscoveryRequest first(String type, String... names) {
        return Requests.first(type, names).toBuilder()
                .setNode(Node.newBuilder().setUserAgentName("gRPC Java"))
                .build();
    }
}
