package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.CapturedLog;
import io.discovery.testing.Http2Client;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.StreamResetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    /** Room for a whole request and the parts of all but one small one, not of all. */
    private static final int MOST = 1_110_000;

    private static final int PART = 20_000;
    private static final int SMALL = 6;
    private static final int NAMES = 995;
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
            AtomicLong answered = new AtomicLong();
            List<HttpClientRequest> small = new ArrayList<>();
            for (int n = 1; n <= SMALL; n++) {
                HttpClientRequest one = open(http);
                one.response().onSuccess(answer -> answer.handler(chunk -> answered.addAndGet(chunk.length())));
                one.write(request.slice(0, PART));
                small.add(one);
            }
            await().until(() -> xds.metric(ARRIVING) == (long) SMALL * PART);

            HttpClientRequest large = open(http);
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            large.exceptionHandler(end::complete);
            large.response().onFailure(end::complete);
            try (CapturedLog log = CapturedLog.of(Xds.class)) {
                large.write(request.slice(0, request.length() - 1));

                assertThat(end).succeedsWithin(Duration.ofSeconds(20)).isInstanceOf(StreamResetException.class);
                assertThat(log.messages()).anyMatch(line -> line.contains("of an unfinished request"));
            }
            await().until(() -> xds.metric(ARRIVING) == (long) SMALL * PART);
            for (HttpClientRequest one : small) {
                answered.set(0);
                one.write(request.slice(PART, request.length()));
                await().until(() -> answered.get() > NAMES * LENGTH);
            }
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
            CompletableFuture<Throwable> reset = new CompletableFuture<>();
            wrong.exceptionHandler(reset::complete);
            wrong.response().onSuccess(answer -> answer.endHandler(end -> ended.incrementAndGet()));
            byte[] none = {0, 0, 0, 0, 1, -1};
            wrong.write(Buffer.buffer(none).appendBytes(none).appendBytes(none));

            await().until(() -> ended.get() == 1);

            assertThat(xds.metric(ARRIVING)).isZero();
            // A client that goes on would keep its half open as long as the connection lives.
            assertThat(reset)
                    .succeedsWithin(Duration.ofSeconds(20))
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            why -> assertThat(why.getCode()).isZero());
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
