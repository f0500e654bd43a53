package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The variant of the protocol in which each request tells the changes of the client's names. */
class DeltaProtocolTest extends ProtocolFixture {

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
}
