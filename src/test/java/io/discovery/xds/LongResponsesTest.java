package io.discovery.xds;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Responses so long that a stream makes them in pieces, and that one stream makes at a time. */
class LongResponsesTest {

    /** Names of a response in two pieces, with a pause between them. */
    private static final int LONG = 501;

    private static final long PATIENCE = XdsClient.PATIENCE;

    private final MemoryBudget responses = MemoryBudget.of(Long.MAX_VALUE / 2);

    @AutoClose
    private final ServedXds xds = new ServedXds(new StreamLimits(
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            responses,
            MemoryBudget.of(Long.MAX_VALUE),
            MemoryBudget.of(Long.MAX_VALUE)));

    @AutoClose
    private final XdsClient client = new XdsClient();

    private final MemoryBudget making = xds.xds().clients().making();

    @Test
    void aSecondLongResponseWaitsForTheFirstAndShortOnesDoNot() {
        making.take(1);
        var patient = ask(LONG);
        await().until(() -> making.waiting() == 1);

        assertThat(ask(LONG - 1).next().getResourcesCount()).isEqualTo(LONG - 1);
        assertThat(patient.waiting()).isZero();

        making.leave(1);
        assertThat(patient.next().getResourcesCount()).isEqualTo(LONG);
        await().until(() -> making.taken() == 0);
    }

    /** Otherwise all would wait for one that may have to wait for a slow client. */
    @Test
    void aLongResponseThatFindsNoMemoryLetsTheNextTry() {
        making.take(1);
        var first = ask(LONG);
        var second = ask(LONG);
        await().until(() -> making.waiting() == 2);
        responses.take(Long.MAX_VALUE / 2);

        making.leave(1);
        await().until(() -> responses.waiting() == 2);

        responses.leave(Long.MAX_VALUE / 2);
        assertThat(first.next().getResourcesCount()).isEqualTo(LONG);
        assertThat(second.next().getResourcesCount()).isEqualTo(LONG);
    }

    /** A piece must not show what other members had before the rebuild. */
    @Test
    void aRebuildBetweenTwoPiecesHoldsTheResponse() throws InterruptedException {
        var stream = ask(1);
        DiscoveryResponse first = stream.next();
        XdsStream<?, ?> served = xds.xds().clients().all().get(0);
        CountDownLatch isHeld = new CountDownLatch(1);
        long until = System.nanoTime() + SECONDS.toNanos(PATIENCE);
        served.ask(() -> holdBetweenTwoPieces(served, isHeld, until));
        stream.send(request(LONG).toBuilder()
                .setVersionInfo(first.getVersionInfo())
                .setResponseNonce(first.getNonce())
                .build());
        assertThat(isHeld.await(PATIENCE, SECONDS)).isTrue();

        assertThat(stream.poll(500, MILLISECONDS)).isNull();

        xds.release();
        assertThat(stream.next().getResourcesCount()).isEqualTo(LONG);
    }

    /**
     * Looks again and again on the event loop of the stream, which makes the pieces.
     *
     * @param until when it gives up: the event loop does not end before
     */
    private boolean holdBetweenTwoPieces(XdsStream<?, ?> served, CountDownLatch isHeld, long until) {
        boolean isMaking = making.isFull();
        if (isMaking) {
            xds.hold();
            isHeld.countDown();
        } else if (System.nanoTime() < until) {
            served.ask(() -> holdBetweenTwoPieces(served, isHeld, until));
        }
        return isMaking;
    }

    private XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> ask(int names) {
        var stream = client.clusters(xds.port());
        stream.send(request(names));
        return stream;
    }

    private static DiscoveryRequest request(int names) {
        return DiscoveryRequest.newBuilder()
                .addAllResourceNames(IntStream.range(0, names)
                        .mapToObj(name -> "service-" + name)
                        .toList())
                .build();
    }
}
