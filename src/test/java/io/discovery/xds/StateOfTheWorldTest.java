package io.discovery.xds;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.CapturedLog;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The variant of the protocol in which each request lists all names. */
class StateOfTheWorldTest extends ProtocolFixture {

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

    /** One that refuses a response as a whole would refuse it again with what it rejects, and never get the new name. */
    @Test
    void aClientThatHasRejectedTheLastResponseGetsTheNamesThatItAddsAlone() {
        StateOfTheWorld protocol = member.stateOfTheWorld();
        DiscoveryRequest.Builder asked = request(ResourceType.ENDPOINT).addResourceNames("a");
        asked.setResponseNonce(exchange(protocol, asked.build()).get(0).getNonce());
        exchange(protocol, asked.setErrorDetail(error("no")).build());

        List<DiscoveryResponse> added = exchange(
                protocol, asked.clearErrorDetail().addResourceNames("c").build());

        assertThat(added).singleElement().returns(1, DiscoveryResponse::getResourcesCount);
        DiscoveryResponse last = added.get(0);
        assertThat(exchange(
                        protocol,
                        asked.setResponseNonce(last.getNonce())
                                .setVersionInfo("another")
                                .build()))
                .as("has not rejected this one")
                .hasSize(1);
    }

    /** A client may drop a name that it has not rejected, and ask for it again before it has told. */
    @Test
    void aClientThatHasRejectedAResponseAndAsksForTheSameGetsItAgain() {
        StateOfTheWorld protocol = member.stateOfTheWorld();
        DiscoveryRequest.Builder asked =
                request(ResourceType.ENDPOINT).addResourceNames("a").addResourceNames("b");
        asked.setResponseNonce(exchange(protocol, asked.build()).get(0).getNonce());
        exchange(protocol, asked.setErrorDetail(error("no")).build());

        assertThat(exchange(protocol, asked.clearErrorDetail().build()))
                .singleElement()
                .returns(2, DiscoveryResponse::getResourcesCount);
    }

    @Test
    void aClientThatHasRejectedAResponseAndDropsANameGetsNone() {
        StateOfTheWorld protocol = member.stateOfTheWorld();
        DiscoveryRequest.Builder asked =
                request(ResourceType.ENDPOINT).addResourceNames("a").addResourceNames("b");
        asked.setResponseNonce(exchange(protocol, asked.build()).get(0).getNonce());
        exchange(protocol, asked.setErrorDetail(error("no")).build());

        asked.clearErrorDetail().clearResourceNames().addResourceNames("b");

        assertThat(exchange(protocol, asked.build())).isEmpty();
    }

    /** A stream that a client opens again begins with the version of the one before. */
    @Test
    void requestsBeforeTheFirstResponseAnswerNone() {
        member.register(meters);
        StateOfTheWorld protocol = member.stateOfTheWorld();
        DiscoveryRequest.Builder asked =
                request(ResourceType.ENDPOINT).addResourceNames("a").setVersionInfo("before");
        for (int n = 0; n < 5; n++) {
            protocol.received(asked.build());
        }
        protocol.received(asked.clearVersionInfo().build());
        DiscoveryResponse first = responses(protocol).get(0);

        assertThat(metric("acknowledged")).isZero();
        assertThat(exchange(
                        protocol,
                        asked.setResponseNonce(first.getNonce())
                                .setVersionInfo("before")
                                .build()))
                .as("is sent again")
                .hasSize(1);
    }

    /** A client whose services change faster than it takes responses accepts each one late. */
    @Test
    void aResponseThatIsAcceptedLateIsTheOneThatTheClientTookLast() {
        StateOfTheWorld protocol = member.stateOfTheWorld();
        DiscoveryRequest.Builder asked = request(ResourceType.ENDPOINT).addResourceNames("a");
        DiscoveryResponse first = exchange(protocol, asked.build()).get(0);
        changed(protocol, "a", "127.0.0.1");

        exchange(
                protocol,
                asked.setVersionInfo(first.getVersionInfo())
                        .setResponseNonce(first.getNonce())
                        .build());

        assertThat(protocol.subscribed().get(0).acknowledged()).isEqualTo(first.getVersionInfo());
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
