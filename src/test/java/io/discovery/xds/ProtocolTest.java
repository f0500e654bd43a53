package io.discovery.xds;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Status;
import io.discovery.telemetry.Meters;
import io.discovery.testing.CapturedLog;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Both variants of the protocol without sockets: responses, and what is counted for a stream at each moment. */
class ProtocolTest {

    private static final Node ENVOY =
            Node.newBuilder().setId("edge").setUserAgentName("envoy").build();
    private static final Node GRPC =
            Node.newBuilder().setId("caller").setUserAgentName("gRPC Java").build();

    private final StreamMember member = new StreamMember();

    @AutoClose
    private final Meters meters = new Meters();

    @AfterEach
    void nothingIsLeft() {
        member.close();
        assertThat(member.counted()).isZero();
        assertThat(member.subscriptions()).isZero();
    }

    private static DiscoveryRequest.Builder request(ResourceType type) {
        return DiscoveryRequest.newBuilder().setTypeUrl(type.url()).setNode(ENVOY);
    }

    private static DeltaDiscoveryRequest.Builder delta(ResourceType type) {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.url()).setNode(ENVOY);
    }

    private static Status error(String reason) {
        return Status.newBuilder().setMessage(reason).build();
    }

    /** Handles a request, and returns the responses to it. */
    private <Q, R> List<R> exchange(Protocol<Q, R> protocol, Q request) {
        protocol.received(request);
        return responses(protocol);
    }

    private <R> List<R> responses(Protocol<?, R> protocol) {
        List<R> responses = new ArrayList<>();
        while (protocol.owes()) {
            R response = protocol.next();
            if (response != null) {
                responses.add(response);
            }
        }
        assertThat(member.counted()).isEqualTo(StreamMember.held(protocol));
        return responses;
    }

    private <R> List<R> changed(Protocol<?, R> protocol, String service, String address) {
        member.register(service, address);
        protocol.changed(Set.of(service));
        return responses(protocol);
    }

    private long metric(String name) {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith("discovery_xds_" + name + "_total "))
                .mapToLong(line -> Math.round(Double.parseDouble(line.substring(line.lastIndexOf(' ')))))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(DeltaDiscoveryResponse response) {
        return response.getResourcesList().stream().map(Resource::getName).toList();
    }

    @Test
    void eachKindOfAnswerOfAClientIsCounted() {
        member.register(meters);
        StateOfTheWorld protocol = member.stateOfTheWorld();
        DiscoveryRequest.Builder asked = request(ResourceType.ENDPOINT).addResourceNames("a");

        DiscoveryResponse first = exchange(protocol, asked.build()).get(0);
        DiscoveryResponse second = changed(protocol, "a", "127.0.0.1").get(0);
        assertThat(protocol.subscribed().get(0).unanswered()).isEqualTo(2);
        asked.setVersionInfo(first.getVersionInfo()).setResponseNonce(first.getNonce());
        assertThat(exchange(protocol, asked.build())).isEmpty();
        assertThat(protocol.subscribed().get(0).unanswered()).isEqualTo(1);
        asked.setVersionInfo(second.getVersionInfo()).setResponseNonce(second.getNonce());
        assertThat(exchange(protocol, asked.build())).isEmpty();
        assertThat(exchange(protocol, asked.setErrorDetail(error("no")).build()))
                .isEmpty();

        assertThat(metric("answers")).isEqualTo(2);
        assertThat(metric("stale_requests")).isEqualTo(1);
        assertThat(metric("acknowledged")).isEqualTo(1);
        assertThat(metric("rejected")).isEqualTo(1);
    }

    /** A person who looks for it finds it in the log. */
    @Test
    void aRejectionIsLogged() {
        StateOfTheWorld protocol = member.stateOfTheWorld();
        DiscoveryRequest.Builder asked = request(ResourceType.ENDPOINT).addResourceNames("a");
        DiscoveryResponse response = exchange(protocol, asked.build()).get(0);

        try (CapturedLog log = CapturedLog.of(StreamMember.class)) {
            exchange(
                    protocol,
                    asked.setResponseNonce(response.getNonce())
                            .setErrorDetail(error("no"))
                            .build());

            assertThat(log.messages())
                    .containsExactly("\"envoy\" \"edge\" rejects version " + response.getVersionInfo()
                            + " of endpoints: \"no\"");
        }
    }

    /** The request names the last version that the client holds. */
    @Test
    void aClientThatAddsANameWhileAResponseIsOnItsWayStillRejectsTheOneBefore() {
        member.register(meters);
        StateOfTheWorld protocol = member.stateOfTheWorld();
        DiscoveryRequest.Builder asked =
                request(ResourceType.ENDPOINT).addResourceNames("a").addResourceNames("b");
        DiscoveryResponse first = exchange(protocol, asked.build()).get(0);
        asked.setResponseNonce(first.getNonce());
        exchange(protocol, asked.setErrorDetail(error("no")).build());
        changed(protocol, "b", "127.0.0.1");

        exchange(protocol, asked.clearErrorDetail().addResourceNames("c").build());

        assertThat(requireNonNull(protocol.subscribed().get(0).rejection()).resources())
                .containsExactlyInAnyOrder("a", "b");
        assertThat(metric("stale_requests")).isEqualTo(1);
    }

    @Test
    void aRejectionTakesMemoryUntilItIsOver() {
        StateOfTheWorld protocol = member.stateOfTheWorld();
        DiscoveryRequest.Builder asked =
                request(ResourceType.ENDPOINT).addResourceNames("a").addResourceNames("b");
        DiscoveryResponse first = exchange(protocol, asked.build()).get(0);
        long unanswered = member.counted();

        asked.setResponseNonce(first.getNonce()).setErrorDetail(error("no".repeat(100)));
        exchange(protocol, asked.build());
        long rejected = member.counted();
        assertThat(rejected).isGreaterThan(unanswered);
        // Once more says the same.
        exchange(protocol, asked.build());
        assertThat(member.counted()).isEqualTo(rejected);

        asked.clearErrorDetail();
        for (String changed : List.of("a", "b")) {
            DiscoveryResponse next = changed(protocol, changed, "127.0.0.1").get(0);
            exchange(
                    protocol,
                    asked.setVersionInfo(next.getVersionInfo())
                            .setResponseNonce(next.getNonce())
                            .build());
        }
        assertThat(protocol.subscribed().get(0).rejection()).isNull();
        assertThat(member.counted()).isEqualTo(unanswered - 2 * Protocol.OF_RESPONSE);
    }

    /** A client may drop the names of a large response before it answers: their texts must not stay. */
    @Test
    void namesThatAClientDropsTakeNoMemory() {
        DeltaProtocol protocol = member.delta();
        exchange(
                protocol,
                delta(ResourceType.CLUSTER).addResourceNamesSubscribe("x").build());
        long before = member.counted();
        List<String> many = IntStream.range(0, 1_200)
                .mapToObj(n -> "name-" + n + "x".repeat(1_000))
                .toList();

        exchange(
                protocol,
                delta(ResourceType.CLUSTER).addAllResourceNamesSubscribe(many).build());
        assertThat(member.counted()).isGreaterThan(before + 1_200_000);
        exchange(
                protocol,
                delta(ResourceType.CLUSTER).addAllResourceNamesUnsubscribe(many).build());

        assertThat(member.counted()).isEqualTo(before);
        assertThat(protocol.subscribed().get(0).unanswered()).isEqualTo(1);
    }

    @Test
    void aResponseOfManyNamesIsMadeInTurns() {
        StateOfTheWorld protocol = member.stateOfTheWorld();
        List<String> many = IntStream.range(0, 501).mapToObj(n -> "name-" + n).toList();
        protocol.received(request(ResourceType.CLUSTER)
                .addAllResourceNames(many.subList(0, 500))
                .build());
        assertThat(protocol.isNextLong()).isFalse();
        assertThat(requireNonNull(protocol.next()).getResourcesCount()).isEqualTo(500);

        protocol.received(
                request(ResourceType.CLUSTER).addAllResourceNames(many).build());
        assertThat(protocol.isNextLong()).isTrue();
        assertThat(protocol.next()).isNull();
        assertThat(requireNonNull(protocol.next()).getResourcesCount()).isEqualTo(501);
    }

    @Test
    void noncesCountUp() {
        StateOfTheWorld protocol = member.stateOfTheWorld();

        assertThat(exchange(
                                protocol,
                                request(ResourceType.ENDPOINT)
                                        .addResourceNames("a")
                                        .build())
                        .get(0)
                        .getNonce())
                .isEqualTo("1");
        assertThat(changed(protocol, "a", "127.0.0.1").get(0).getNonce()).isEqualTo("2");
    }

    @Test
    void whoDropsANameHearsNoMoreOfIt() {
        DeltaProtocol protocol = member.delta();
        exchange(
                protocol,
                delta(ResourceType.ENDPOINT)
                        .addResourceNamesSubscribe("a")
                        .addResourceNamesSubscribe("b")
                        .build());
        assertThat(member.subscriptions()).isEqualTo(2);

        exchange(
                protocol,
                delta(ResourceType.ENDPOINT).addResourceNamesUnsubscribe("a").build());

        assertThat(member.subscriptions()).isEqualTo(1);
        assertThat(changed(protocol, "a", "127.0.0.1")).isEmpty();
        assertThat(changed(protocol, "b", "127.0.0.1")).hasSize(1);
    }

    @Test
    void aDeltaClientOfAllHearsOfServicesThatHaveHosts() {
        DeltaProtocol protocol = member.delta();
        member.register("there", "127.0.0.1");

        DeltaDiscoveryResponse first =
                exchange(protocol, delta(ResourceType.CLUSTER).build()).get(0);
        assertThat(names(first)).containsExactly("there");
        assertThat(changed(protocol, "new", "127.0.0.1"))
                .singleElement()
                .satisfies(response -> assertThat(names(response)).containsExactly("new"));
        protocol.changed(Set.of("empty"));
        assertThat(responses(protocol)).isEmpty();

        exchange(
                protocol,
                delta(ResourceType.CLUSTER).addResourceNamesUnsubscribe("*").build());
        assertThat(changed(protocol, "newer", "127.0.0.1")).isEmpty();
    }

    /** It would wait for ever, where there is no service yet. */
    @Test
    void aDeltaClientOfAllGetsAResponseWithoutServices() {
        assertThat(exchange(member.delta(), delta(ResourceType.CLUSTER).build()))
                .singleElement()
                .satisfies(response -> assertThat(response.getResourcesList()).isEmpty());
    }

    @Test
    void aDeltaClientThatHasAllGetsNoResponse() {
        member.register("there", "127.0.0.1");
        String version = new NameDerivedResources(DerivedShape.CLUSTER, "there").version();

        assertThat(exchange(
                        member.delta(),
                        delta(ResourceType.CLUSTER)
                                .putInitialResourceVersions("there", version)
                                .build()))
                .isEmpty();
    }

    @Test
    void deltaAnswersAreCountedToo() {
        member.register(meters);
        DeltaProtocol protocol = member.delta();
        DeltaDiscoveryResponse first = exchange(
                        protocol,
                        delta(ResourceType.ENDPOINT)
                                .addResourceNamesSubscribe("a")
                                .build())
                .get(0);
        DeltaDiscoveryResponse second = changed(protocol, "a", "127.0.0.1").get(0);

        exchange(
                protocol,
                delta(ResourceType.ENDPOINT).setResponseNonce(first.getNonce()).build());
        assertThat(metric("acknowledged")).isZero();
        exchange(
                protocol,
                delta(ResourceType.ENDPOINT).setResponseNonce(second.getNonce()).build());

        assertThat(metric("stale_requests")).isEqualTo(1);
        assertThat(metric("acknowledged")).isEqualTo(1);
        assertThat(protocol.subscribed().get(0).acknowledged()).isEqualTo(second.getSystemVersionInfo());
    }

    @Test
    void aClientOfAllHearsOfAnotherServiceOnce() {
        StateOfTheWorld protocol = member.stateOfTheWorld();
        member.register("there", "127.0.0.1");
        assertThat(exchange(protocol, request(ResourceType.CLUSTER).build())
                        .get(0)
                        .getResourcesCount())
                .isEqualTo(1);

        assertThat(changed(protocol, "there", "127.0.0.2")).isEmpty();
        protocol.changed(Set.of("empty"));
        assertThat(responses(protocol)).isEmpty();
        assertThat(changed(protocol, "new", "127.0.0.1").get(0).getResourcesCount())
                .isEqualTo(2);
    }

    /** A client waits for the response to its request, also where there is no service yet. */
    @Test
    void aClientOfNamedClustersMayAskForAll() {
        StateOfTheWorld protocol = member.stateOfTheWorld();
        DiscoveryRequest.Builder asked = request(ResourceType.CLUSTER).addResourceNames("a");
        DiscoveryResponse named = exchange(protocol, asked.build()).get(0);
        asked.setVersionInfo(named.getVersionInfo())
                .setResponseNonce(named.getNonce())
                .addResourceNames("*");

        DiscoveryResponse all = exchange(protocol, asked.build()).get(0);

        assertThat(all.getResourcesCount()).isEqualTo(1);
        asked.setVersionInfo(all.getVersionInfo()).setResponseNonce(all.getNonce());
        assertThat(exchange(protocol, asked.build())).isEmpty();
    }

    /** It asks for all listeners, and could not use those that are made for gRPC. */
    @Test
    void envoyGetsNoListenerThatItDoesNotName() {
        assertThat(listeners(ENVOY)).isZero();
    }

    @Test
    void grpcGetsAllListeners() {
        assertThat(listeners(GRPC)).isEqualTo(1);
    }

    private int listeners(Node client) {
        member.register("there", "127.0.0.1");
        DiscoveryRequest all = request(ResourceType.LISTENER).setNode(client).build();
        return exchange(member.stateOfTheWorld(), all).get(0).getResourcesCount();
    }

    @Test
    void aResponseThatTheClientDoesNotHoldIsSentAgainAFewTimes() {
        StateOfTheWorld protocol = member.stateOfTheWorld();
        DiscoveryRequest.Builder asked = request(ResourceType.ENDPOINT).addResourceNames("a");
        List<DiscoveryResponse> last = exchange(protocol, asked.build());
        for (int n = 0; n < 3; n++) {
            last = exchange(
                    protocol,
                    asked.setResponseNonce(last.get(0).getNonce())
                            .setVersionInfo("another")
                            .build());
            assertThat(last).hasSize(1);
        }

        assertThat(exchange(
                        protocol, asked.setResponseNonce(last.get(0).getNonce()).build()))
                .isEmpty();
    }
}
