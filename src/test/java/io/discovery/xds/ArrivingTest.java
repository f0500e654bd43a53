package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Http2Client;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.StreamResetException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Requests that begin and do not end: they are kept until they do, and the memory of all of them together is bounded.
 */
class ArrivingTest {

    private static final String METHOD = "/envoy.service.endpoint.v3.EndpointDiscoveryService/StreamEndpoints";
    private static final String ARRIVING = "discovery_xds_arriving_bytes";
    private static final int MOST = 1_000_000;
    private static final int NAMES = 900;
    private static final int LENGTH = 1_000;

    @Test
    void whoHasSentMostOfARequestThatIsNotWholeLosesItsStream() {
        StreamLimits limits = new StreamLimits(
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                MemoryBudget.of(MOST),
                MemoryBudget.of(Long.MAX_VALUE),
                MemoryBudget.of(MOST));
        try (ServedXds xds = new ServedXds(limits);
                Http2Client http = new Http2Client(xds.port())) {
            Buffer request = framed();
            int part = MOST * 2 / 5;
            HttpClientRequest small = open(http);
            AtomicLong answered = new AtomicLong();
            small.response().onSuccess(answer -> answer.handler(chunk -> answered.addAndGet(chunk.length())));
            small.write(request.slice(0, part));
            await().until(() -> xds.metric(ARRIVING) == part);

            HttpClientRequest large = open(http);
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            large.exceptionHandler(end::complete);
            large.response().onFailure(end::complete);
            large.write(request.slice(0, 2 * part));

            assertThat(end).succeedsWithin(Duration.ofSeconds(20)).isInstanceOf(StreamResetException.class);
            await().until(() -> xds.metric(ARRIVING) == part);
            small.write(request.slice(part, request.length()));
            await().until(() -> answered.get() > NAMES * LENGTH);
            assertThat(xds.metric(ARRIVING)).isZero();
        }
    }

    @Test
    void whatFollowsARequestThatEndsItsStreamCountsNeitherMoreNorLess() {
        StreamLimits limits = new StreamLimits(
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                MemoryBudget.of(MOST),
                MemoryBudget.of(MOST),
                MemoryBudget.of(MOST));
        try (ServedXds xds = new ServedXds(limits);
                Http2Client http = new Http2Client(xds.port())) {
            HttpClientRequest wrong = open(http);
            AtomicLong ended = new AtomicLong();
            wrong.response().onSuccess(answer -> answer.endHandler(end -> ended.incrementAndGet()));
            byte[] none = {0, 0, 0, 0, 1, -1};
            wrong.write(Buffer.buffer(none).appendBytes(none).appendBytes(none));

            await().until(() -> ended.get() == 1);

            assertThat(xds.metric(ARRIVING)).isZero();
        }
    }

    private static HttpClientRequest open(Http2Client http) {
        return http.request(HttpMethod.POST, METHOD)
                .putHeader("Content-Type", "application/grpc")
                .setChunked(true);
    }

    /** A request that is almost as long as what may be there of all. */
    private static Buffer framed() {
        byte[] message = DiscoveryRequest.newBuilder()
                .addAllResourceNames(IntStream.range(0, NAMES)
                        .mapToObj(name -> "s".repeat(LENGTH) + name)
                        .toList())
                .build()
                .toByteArray();
        return Buffer.buffer().appendByte((byte) 0).appendInt(message.length).appendBytes(message);
    }
}
