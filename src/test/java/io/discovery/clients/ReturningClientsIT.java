package io.discovery.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.XdsClient;
import io.discovery.testing.XdsClient.Stream;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Clients that come to the other members, all at once, when their member ends. Their answers are a multiple of the
 * memory: a member that made all of them at the same time would end too, and then the next.
 */
class ReturningClientsIT {

    private static final String LITTLE = "-Xmx160m";
    private static final int CLIENTS = 120;
    /** The number of hosts: 1.8 MB of endpoints. */
    private static final int HOSTS = 120;

    private static final String ZONE = "z".repeat(15_000);

    @Test
    void manyWithLargeAnswersAreAllServedByAMemberOfLittleMemory() {
        try (MemberProcess member = start();
                XdsClient xds = new XdsClient()) {
            List<Stream<DiscoveryRequest, DiscoveryResponse>> streams = xds.endpoints(CLIENTS, member.port());
            long start = System.nanoTime();
            streams.forEach(stream -> stream.send(request("", "")));
            for (Stream<DiscoveryRequest, DiscoveryResponse> stream : streams) {
                DiscoveryResponse answer = stream.next();
                stream.send(request(answer.getVersionInfo(), answer.getNonce()));
            }
            tell("streams", CLIENTS, start);

            register(member, 1, 2);

            assertThat(streams)
                    .allSatisfy(stream ->
                            assertThat(stream.next().getResourcesCount()).isEqualTo(1));
            assertThat(member.client().metric("discovery_xds_streams")).isEqualTo(CLIENTS);
            assertThat(member.client().metric("discovery_xds_streams_waiting")).isZero();
        }
    }

    @Test
    void soAreThoseWhoAskByRest() {
        HttpClient http = HttpClient.newHttpClient();
        try (MemberProcess member = start()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + member.port() + "/v3/discovery:endpoints"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"resource_names\": [\"large\"]}"))
                    .build();
            long start = System.nanoTime();
            List<CompletableFuture<Long>> sizes = IntStream.range(0, 4 * CLIENTS)
                    .mapToObj(number -> http.sendAsync(request, counting()).thenApply(HttpResponse::body))
                    .toList();

            long size = sizes.get(0).join();
            assertThat(size).isGreaterThan((long) HOSTS * ZONE.length());
            assertThat(sizes).allSatisfy(each -> assertThat(each.join()).isEqualTo(size));
            tell("requests by REST", 4 * CLIENTS, start);
        }
    }

    private static void tell(String what, int count, long start) {
        System.out.printf(
                "%d %s come back: all answered after %.1f s%n", count, what, (System.nanoTime() - start) / 1e9);
    }

    /** Reads an answer, does not keep it, and returns its length. */
    private static HttpResponse.BodyHandler<Long> counting() {
        return answer -> {
            LongAdder bytes = new LongAdder();
            return HttpResponse.BodySubscribers.mapping(
                    HttpResponse.BodySubscribers.ofByteArrayConsumer(
                            chunk -> chunk.ifPresent(some -> bytes.add(some.length))),
                    over -> bytes.sum());
        };
    }

    private static MemberProcess start() {
        MemberProcess member = MemberProcess.start(Map.of(), LITTLE);
        for (int host = 1; host <= HOSTS; host++) {
            register(member, host, 1);
        }
        return member;
    }

    private static void register(MemberProcess member, int host, int weight) {
        member.client()
                .register(
                        "large",
                        Map.of(
                                "ip",
                                "127.0.0." + host,
                                "tags",
                                "{\"az\": \"%s%d\", \"region\": \"r\", \"instance_id\": \"i\", \"load_balancing_weight\": %d}"
                                        .formatted(ZONE, host, weight)));
    }

    private static DiscoveryRequest request(String version, String nonce) {
        return DiscoveryRequest.newBuilder()
                .addResourceNames("large")
                .setVersionInfo(version)
                .setResponseNonce(nonce)
                .build();
    }
}
