package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.memory.HeapReserve;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The names that clients subscribe to take memory for as long as they do, and that is bounded for all of them together.
 */
class ManyNamesTest {

    private static final String HELD = "discovery_xds_held_bytes";
    /** The bytes of a stream with a hundred names, and of another stream without any. */
    private static final long SPACE = 95_000;
    /** Bytes of a subscription to endpoints. */
    private static final long SUBSCRIPTION = 300;
    /** Bytes of each name of endpoints that is used here. */
    private static final long NAME = 411 + SUBSCRIPTION;

    private final HeapReserve heap = new HeapReserve(1_000);
    private final ServedXds xds = new ServedXds(new StreamLimits(
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            MemoryBudget.of(Long.MAX_VALUE),
            MemoryBudget.lasting(SPACE, heap),
            MemoryBudget.of(Long.MAX_VALUE)));
    private final XdsClient client = new XdsClient();
    private final XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream = client.endpoints(xds.port());

    @AfterEach
    void close() {
        client.close();
        xds.close();
    }

    @Test
    void whoAsksForMoreThanThereIsMemoryForIsRefusedUntilOthersLetGo() {
        stream.send(request(70, DiscoveryResponse.getDefaultInstance()));
        DiscoveryResponse first = stream.next();

        try (var another = client.endpoints(xds.port())) {
            another.send(request(70, DiscoveryResponse.getDefaultInstance()));
            assertThat(another.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
            assertThat(another.reason()).contains("all the memory that this member has for them");
        }

        stream.send(request(10, first));
        await().until(() -> xds.metric(HELD) < SPACE / 3);
        try (var another = client.endpoints(xds.port())) {
            another.send(request(70, DiscoveryResponse.getDefaultInstance()));
            assertThat(another.next().getResourcesCount()).isEqualTo(70);
        }
    }

    @Test
    void oneStreamMoreThanThereIsMemoryForIsRefusedUntilAnotherEnds() {
        stream.send(request(1, DiscoveryResponse.getDefaultInstance()));
        DiscoveryResponse first = stream.next();
        long free = SPACE - xds.metric(HELD);
        stream.send(request(1 + (int) ((free + NAME - 1) / NAME), first));
        stream.next();

        var refused = client.endpoints(xds.port());
        refused.send(request(1, DiscoveryResponse.getDefaultInstance()));
        assertThat(refused.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
        assertThat(refused.reason()).contains("one more stream");
        assertThat(xds.metric("discovery_xds_refused_total")).isEqualTo(1);
        assertThat(xds.metric("discovery_xds_streams")).isEqualTo(1);

        stream.close();
        await().until(() -> xds.metric("discovery_xds_streams") == 0);
        try (var another = client.endpoints(xds.port())) {
            another.send(request(1, DiscoveryResponse.getDefaultInstance()));
            another.next();
        }
    }

    @Test
    void whileTheHeapIsShortNewStreamsAreRefusedAndThoseThatAreThereAreTold() {
        stream.send(request(1, DiscoveryResponse.getDefaultInstance()));
        stream.next();
        heap.collected(900, HeapReserve.Reach.ALL);

        var refused = client.endpoints(xds.port());
        refused.send(request(1, DiscoveryResponse.getDefaultInstance()));
        assertThat(refused.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
        assertThat(refused.reason()).contains("the heap is short");
        xds.register(names(1).get(0));
        assertThat(stream.next().getResourcesCount()).isEqualTo(1);

        heap.collected(100, HeapReserve.Reach.ALL);
        try (var another = client.endpoints(xds.port())) {
            another.send(request(1, DiscoveryResponse.getDefaultInstance()));
            another.next();
        }
    }

    @Test
    void namingThemAgainCountsOnceAndTheEndOfAStreamGivesAllBack() {
        stream.send(request(70, DiscoveryResponse.getDefaultInstance()));
        DiscoveryResponse first = stream.next();
        long held = xds.metric(HELD);
        stream.send(request(70, first));
        stream.send(request(71, first));
        assertThat(stream.next().getResourcesCount()).isEqualTo(1);

        assertThat(xds.metric(HELD)).isEqualTo(held + NAME - 69 * Protocol.OF_RESPONSE);
        stream.close();
        await().until(() -> xds.metric(HELD) == 0);
    }

    @Test
    void soItIsForWhatAClientOfDeltaSaysItHas() {
        try (var delta = client.deltaEndpoints(xds.port())) {
            delta.send(subscribe(names(30), 0));
            delta.next();
            long held = xds.metric(HELD);
            delta.send(DeltaDiscoveryRequest.newBuilder()
                    .addAllResourceNamesSubscribe(names(31).subList(29, 31))
                    .addAllResourceNamesUnsubscribe(names(29))
                    .build());
            delta.next();
            assertThat(xds.metric(HELD)).isEqualTo(held - 28 * NAME - 27 * Protocol.OF_RESPONSE);
        }
        await().until(() -> xds.metric(HELD) == 0);
        try (var delta = client.deltaEndpoints(xds.port())) {
            delta.send(subscribe(names(60), 60));
            delta.next();
            assertThat(xds.metric(HELD)).isBetween(SPACE / 2, SPACE);
        }
        try (var delta = client.deltaEndpoints(xds.port())) {
            delta.send(subscribe(names(130), 130));
            assertThat(delta.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
        }
        await().until(() -> xds.metric(HELD) == 0);
    }

    @Test
    void whoWantsAllHoldsTheNamesOfAll() {
        names(70).forEach(xds::register);
        stream.send(request(70, DiscoveryResponse.getDefaultInstance()));
        stream.next();
        long held = xds.metric(HELD);
        stream.close();
        await().until(() -> xds.metric(HELD) == 0);

        try (var all = client.clusters(xds.port())) {
            all.send(request(0, DiscoveryResponse.getDefaultInstance()));
            assertThat(all.next().getResourcesCount()).isEqualTo(70);
            long expected = held - 70 * SUBSCRIPTION;
            assertThat(xds.metric(HELD)).as("but for the path").isBetween(expected - 100, expected + 100);
        }
        await().until(() -> xds.metric(HELD) == 0);

        names(240).forEach(xds::register);
        try (var all = client.clusters(xds.port())) {
            all.send(request(0, DiscoveryResponse.getDefaultInstance()));
            assertThat(all.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
        }
    }

    private static DeltaDiscoveryRequest subscribe(List<String> names, int had) {
        DeltaDiscoveryRequest.Builder request =
                DeltaDiscoveryRequest.newBuilder().addAllResourceNamesSubscribe(names);
        names.subList(0, had).forEach(name -> request.putInitialResourceVersions(name, "1"));
        return request.build();
    }

    private static DiscoveryRequest request(int names, DiscoveryResponse last) {
        return DiscoveryRequest.newBuilder()
                .addAllResourceNames(names(names))
                .setVersionInfo(last.getVersionInfo())
                .setResponseNonce(last.getNonce())
                .build();
    }

    private static List<String> names(int count) {
        return IntStream.range(100, 100 + count)
                .mapToObj(number -> "service-" + number)
                .toList();
    }
}
