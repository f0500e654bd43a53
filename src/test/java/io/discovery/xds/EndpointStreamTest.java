package io.discovery.xds;

import static io.discovery.xds.Requests.ENDPOINTS;
import static io.discovery.xds.Requests.ack;
import static io.discovery.xds.Requests.first;
import static io.discovery.xds.XdsMember.A_WHILE;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestClient;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Streams of EDS, the state of the world: what an answer has and when it comes, after Envoy's page on the xDS protocol. */
class EndpointStreamTest {

    @AutoClose
    private static final XdsMember MEMBER = new XdsMember();

    private final String service = XdsMember.newService();

    @AutoClose
    private final XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream = MEMBER.endpoints();

    @Test
    void aServiceIsAnsweredAndItsChangesFollow() {
        client().register(service, "127.0.0.2");
        stream.send(first(ENDPOINTS, service));
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
        stream.send(first(ENDPOINTS, service));
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
        stream.send(first(ENDPOINTS, "a/b"));

        assertThat(Assignments.of(stream.next()))
                .singleElement()
                .satisfies(assignment -> assertThat(assignment.getClusterName()).isEqualTo("a/b"));
    }

    @Test
    void heartbeatsAndAnAcknowledgementAreNotAnswered() {
        client().register(service, "127.0.0.2");
        stream.send(first(ENDPOINTS, service));
        stream.send(ack(stream.next(), service));

        client().register(service, "127.0.0.2");

        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    @Test
    void manyChangesAtOnceAreOneAnswer() {
        stream.send(first(ENDPOINTS, service));
        stream.send(ack(stream.next(), service));

        for (int host = 1; host <= 5; host++) {
            client().register(service, "127.0.0." + host);
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
        client().register(service, "127.0.0.2");

        assertThat(stream.poll(A_WHILE, MILLISECONDS)).isNull();
    }

    @Test
    void anotherStreamIsToldTheSameVersion() {
        client().register(service, "127.0.0.2");
        stream.send(first(ENDPOINTS, service));
        DiscoveryResponse answer = stream.next();

        try (var another = MEMBER.endpoints()) {
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
        client().register(service, "127.0.0.2");
        stream.send(ack(stream.next(), service, service + "-b"));
        client().register(service + "-b", "127.0.0.3");
        DiscoveryResponse last = stream.next();

        try (var another = MEMBER.endpoints()) {
            another.send(first(ENDPOINTS, service + "-b", service));

            assertThat(another.next().getVersionInfo()).isEqualTo(last.getVersionInfo());
        }
    }

    private static TestClient client() {
        return MEMBER.client();
    }
}
