package io.discovery.xds;

import static io.discovery.xds.Requests.ENDPOINTS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Ports;
import io.discovery.testing.TestMember;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two members, of which it does not matter which one a client comes to. */
class XdsClusterTest {

    /** Milliseconds, longer than the member gathers changes. */
    private static final long A_WHILE = 700;

    private static final List<TestMember> MEMBERS = new ArrayList<>();
    private static final XdsClient XDS = new XdsClient();

    @BeforeAll
    static void start() {
        List<Integer> ports = Ports.free(2);
        String peers = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        for (int port : ports) {
            MEMBERS.add(TestMember.start(Map.of(
                    "CLUSTER_MEMBERS",
                    peers,
                    "CLUSTER_MIN_MEMBERS",
                    "1",
                    "CLUSTER_PORT",
                    Integer.toString(port),
                    "SHUTDOWN_DELAY_SECONDS",
                    "0")));
        }
    }

    @AfterAll
    static void stop() {
        XDS.close();
        MEMBERS.forEach(TestMember::close);
    }

    @Test
    void aChangeOnOneMemberIsToldByTheOther() {
        try (var stream = XDS.endpoints(MEMBERS.get(1).port())) {
            stream.send(DiscoveryRequest.newBuilder().addResourceNames("told").build());
            assertThat(Assignments.addresses(stream.next())).isEmpty();

            MEMBERS.get(0).client().register("told", "127.0.0.1");

            assertThat(Assignments.addresses(stream.next())).containsExactly("127.0.0.1");
        }
    }

    /** As gRPC in Python has them, one for each service that is called. */
    @Test
    void aConnectionMayHaveHundredsOfStreams() {
        var many = XDS.aggregated(500, MEMBERS.get(0).port());

        for (int number = 0; number < many.size(); number++) {
            many.get(number).send(Requests.first(ENDPOINTS, "many-" + number));
        }

        assertThat(many)
                .allSatisfy(each -> assertThat(each.next().getResourcesCount()).isEqualTo(1));
        many.get(0).close();
    }

    @Test
    void whoComesFromAnotherMemberIsSentWhatDiffers() {
        for (String service : List.of("stays", "changes", "empties")) {
            MEMBERS.get(0).client().register(service, "127.0.0.1");
        }
        DeltaDiscoveryRequest.Builder again = subscribe();
        try (var before = XDS.deltaEndpoints(MEMBERS.get(0).port())) {
            before.send(subscribe().build());
            for (Resource resource : before.next().getResourcesList()) {
                again.putInitialResourceVersions(resource.getName(), resource.getVersion());
            }
        }

        MEMBERS.get(0).client().register("changes", "127.0.0.2");
        MEMBERS.get(0).client().delete("/v1/registration/empties/127.0.0.1");
        await().until(() -> MEMBERS.get(1).client().hosts("empties").isEmpty());
        try (var after = XDS.deltaEndpoints(MEMBERS.get(1).port())) {
            after.send(again.build());

            DeltaDiscoveryResponse answer = after.next();
            assertThat(answer.getResourcesList())
                    .extracting(Resource::getName)
                    .containsExactlyInAnyOrder("changes", "empties");
            assertThat(answer.getRemovedResourcesList()).isEmpty();
        }
    }

    @Test
    void whoHasAllIsSentNothingByAnotherMember() {
        MEMBERS.get(0).client().register("held", "127.0.0.1");
        await().until(() -> !MEMBERS.get(1).client().hosts("held").isEmpty());
        DeltaDiscoveryRequest subscribe = DeltaDiscoveryRequest.newBuilder()
                .addResourceNamesSubscribe("held")
                .build();
        try (var before = XDS.deltaEndpoints(MEMBERS.get(0).port());
                var after = XDS.deltaEndpoints(MEMBERS.get(1).port())) {
            before.send(subscribe);
            Resource held = before.next().getResources(0);

            after.send(subscribe.toBuilder()
                    .putInitialResourceVersions(held.getName(), held.getVersion())
                    .build());

            assertThat(after.poll(A_WHILE, MILLISECONDS)).isNull();
        }
    }

    private static DeltaDiscoveryRequest.Builder subscribe() {
        return DeltaDiscoveryRequest.newBuilder().addAllResourceNamesSubscribe(List.of("stays", "changes", "empties"));
    }
}
