package io.discovery.xds;

import static io.discovery.xds.Requests.ENDPOINTS;
import static io.discovery.xds.Requests.ack;
import static io.discovery.xds.Requests.first;
import static io.discovery.xds.XdsFixture.A_WHILE;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Streams of EDS, the state of the world: what an answer has and when it comes, after Envoy's page on the xDS protocol. */
class EndpointStreamTest {

    @AutoClose
    private final XdsFixture xds = new XdsFixture();

    private final String service = "payments";

    @AutoClose
    private final XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream = xds.endpoints();

    @Test
    void aServiceIsAnsweredAndItsChangesFollow() {
        xds.register(service, "127.0.0.2");
        stream.send(first(ENDPOINTS, service));
        DiscoveryResponse answer = stream.next();
        assertThat(Assignments.addresses(answer)).containsExactly("127.0.0.2");
        stream.send(ack(answer, service));

        xds.register(service, "127.0.0.3");
        DiscoveryResponse second = stream.next();
        assertThat(Assignments.addresses(second)).containsExactly("127.0.0.2", "127.0.0.3");
        stream.send(ack(second, service));

        xds.deregister(service, "127.0.0.2");
        assertThat(Assignments.addresses(stream.next())).containsExactly("127.0.0.3");
    }

    @Test
    void anUnknownServiceAndAnEmptiedOneAreServicesWithoutEndpoints() {
        stream.send(first(ENDPOINTS, service));
        DiscoveryResponse unknown = stream.next();
        assertThat(Assignments.of(unknown)).singleElement().satisfies(assignment -> {
            assertThat(assignment.getClusterName()).isEqualTo(service);
            assertThat(assignment.getEndpointsList()).isEmpty();
        });
        stream.send(ack(unknown, service));

        xds.register(service, "127.0.0.2");
        stream.send(ack(stream.next(), service));
        xds.deregister(service, "127.0.0.2");

        DiscoveryResponse emptied = stream.next();
        assertThat(Assignments.of(emptied)).singleElement().satisfies(assignment -> {
            assertThat(assignment.getClusterName()).isEqualTo(service);
            assertThat(assignment.getEndpointsList()).isEmpty();
        });
        assertThat(emptied.getVersionInfo()).isEqualTo(unknown.getVersionInfo());
    }

    @Test
    void whatCanBeNoServiceHasNoEndpointsEither() {
        stream.send(first(ENDPOINTS, "a/b"));

        assertThat(Assignments.of(stream.next()))
                .singleElement()
                .satisfies(assignment -> assertThat(assignment.getClusterName()).isEqualTo("a/b"));
    }

    @Test
    void heartbeatsAndAnAcknowledgementAreNotAnswered() {
        xds.register(service, "127.0.0.2");
        stream.send(first(ENDPOINTS, service));
        stream.send(ack(stream.next(), service));

        xds.register(service, "127.0.0.2");

        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    @Test
    void manyChangesAtOnceAreOneAnswer() {
        stream.send(first(ENDPOINTS, service));
        stream.send(ack(stream.next(), service));

        for (int host = 1; host <= 5; host++) {
            xds.register(service, "127.0.0." + host);
        }

        assertThat(Assignments.addresses(stream.next())).hasSize(5);
        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    @Test
    void newNamesAreAnsweredAndDroppedOnesAreNotFollowed() {
        stream.send(first(ENDPOINTS, service, service + "-b"));
        DiscoveryResponse both = stream.next();
        assertThat(Assignments.of(both)).hasSize(2);

        stream.send(ack(both, service + "-b"));
        xds.register(service, "127.0.0.2");

        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    @Test
    void anotherStreamIsToldTheSameVersion() {
        xds.register(service, "127.0.0.2");
        stream.send(first(ENDPOINTS, service));
        DiscoveryResponse answer = stream.next();

        try (var another = xds.endpoints()) {
            another.send(first(ENDPOINTS, service));

            DiscoveryResponse same = another.next();
            assertThat(same.getVersionInfo()).isEqualTo(answer.getVersionInfo());
            assertThat(same.getResourcesList()).isEqualTo(answer.getResourcesList());
        }
    }

    /** A client that comes from another member finds that it has everything. */
    @Test
    void oneVersionOfManyServicesDoesNotDependOnWhatCameFirst() {
        stream.send(first(ENDPOINTS, service, service + "-b"));
        stream.send(ack(stream.next(), service, service + "-b"));
        xds.register(service, "127.0.0.2");
        stream.send(ack(stream.next(), service, service + "-b"));
        xds.register(service + "-b", "127.0.0.3");
        DiscoveryResponse last = stream.next();

        try (var another = xds.endpoints()) {
            another.send(first(ENDPOINTS, service + "-b", service));

            assertThat(another.next().getVersionInfo()).isEqualTo(last.getVersionInfo());
        }
    }
}
