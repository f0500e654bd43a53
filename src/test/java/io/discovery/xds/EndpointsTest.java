package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome.Applied;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointsTest {

    private static final Lease LEASE = Lease.of(Duration.ofMinutes(1));
    private static final ServiceName PAYMENTS = new ServiceName("payments");
    private static final ClientNode ENVOY = new ClientNode("", "", "envoy");
    private static final ClientNode GRPC = new ClientNode("", "", "gRPC Java");

    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());

    /** One is enough for a client to refuse the whole service. */
    @Test
    void whoHasAPortThatCannotBeIsLeftOutAndCounted() {
        register(1, 8080);
        register(2, 0);
        register(3, 65_536);
        register(4, -1);
        register(5, 65_535);
        Endpoints endpoints = new Endpoints();

        assertThat(Assignments.addresses(assignment(endpoints, ENVOY))).containsExactly("127.0.0.1", "127.0.0.5");
        assertThat(endpoints.leftOut()).isEqualTo(3);
    }

    @Test
    void aServiceTooLargeForOneMessageIsServedAsFarAsItFits() {
        for (int host = 1; host <= 100; host++) {
            register(host, 8080);
        }
        Endpoints endpoints = new Endpoints(3_000);

        for (ClientNode peer : new ClientNode[] {ENVOY, GRPC}) {
            Resource resource = resource(endpoints, peer);
            assertThat(resource.size()).isLessThanOrEqualTo(3_000);
            assertThat(Assignments.addresses(Assignments.of(resource.any()))).hasSizeBetween(20, 80);
        }
        assertThat(endpoints.leftOut()).isBetween(40L, 160L);
    }

    /** However many streams it goes to. */
    @Test
    void aSnapshotIsEncodedOnceForEachKindOfClient() {
        register(1, 8080);
        Endpoints endpoints = new Endpoints();

        assertThat(resource(endpoints, ENVOY)).isSameAs(resource(endpoints, new ClientNode("another", "c", "envoy")));
        assertThat(resource(endpoints, GRPC))
                .isSameAs(resource(endpoints, new ClientNode("", "", "gRPC Node Pure JS")));
        assertThat(resource(endpoints, GRPC)).isNotSameAs(resource(endpoints, ENVOY));
    }

    /** An Envoy that asks by REST asks each second or two, and in between hosts report. */
    @Test
    void aHeartbeatHasNothingEncodedAnew() {
        register(1, 8080);
        Endpoints endpoints = new Endpoints();
        Resource before = resource(endpoints, ENVOY);

        heartbeat(1, 8080, 2);
        assertThat(resource(endpoints, ENVOY)).isSameAs(before);

        heartbeat(1, 8081, 3);
        assertThat(resource(endpoints, ENVOY)).isNotSameAs(before);
    }

    private ClusterLoadAssignment assignment(Endpoints endpoints, ClientNode peer) {
        return Assignments.of(resource(endpoints, peer).any());
    }

    private Resource resource(Endpoints endpoints, ClientNode peer) {
        return endpoints.of(directory.service(PAYMENTS), peer);
    }

    private void register(int host, int port) {
        heartbeat(host, port, host);
    }

    private void heartbeat(int host, int port, long micros) {
        InstanceKey key = new InstanceKey(PAYMENTS, new IpAddress("127.0.0." + host), InstanceKey.ANY_PORT);
        Change change = new Change.Register(key, new Version(micros, 1), port, "r", "", Map.of(), LEASE);
        directory.merge(((Applied) change.applyTo(null)).registration());
    }
}
