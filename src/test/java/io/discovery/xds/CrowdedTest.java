package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.CapturedLog;
import io.discovery.testing.Http2Client;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.StreamResetException;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** An answer that its client does not read takes all the room there is. */
class CrowdedTest {

    private static final String SERVICE = "envoy.service.endpoint.v3.EndpointDiscoveryService";
    private static final String METHOD = "StreamEndpoints";
    private static final String STREAMS = "discovery_xds_streams";
    private static final String WAITING = "discovery_xds_streams_waiting";
    private static final String UNREAD = "discovery_xds_unread_bytes";
    /** Names, in an answer that is larger than what HTTP/2 sends to one who does not read. */
    private static final int MANY = 500;

    /** Names, in an answer that is larger than one message may be. */
    private static final int IN_TWO_PARTS = 3_700;

    private static final int LENGTH = 1_000;
    /** Bytes that HTTP/2 sends unread. */
    private static final int WINDOW = 65_535;

    private static final int TOO_LARGE = 100_000_000;
    /** Bytes that each name takes beside; a little more, since another stream has a name too. */
    private static final long EACH = 701;
    /** Bytes that streams take here without their names, and services in the place of which there is no room. */
    private static final long STREAMS_THEMSELVES = 60_000;

    private static final int OTHERS = 200;

    @AutoClose
    private final XdsClient client = new XdsClient();

    /** It answers pings, and so does its connection, of which other streams may be fine. */
    @Test
    void theNextWaitsUntilWhoDoesNotReadHasLostItsStream() {
        try (ServedXds xds = serve(Duration.ofSeconds(2));
                Http2Client http = new Http2Client(xds.port())) {
            HttpClientRequest unread = askForMany(http, xds);
            CompletableFuture<Throwable> reset = new CompletableFuture<>();
            unread.exceptionHandler(reset::complete);
            var gone = client.endpoints(xds.port());
            var patient = client.endpoints(xds.port());
            gone.send(request(1));
            gone.close();
            try (CapturedLog log = CapturedLog.of(Xds.class)) {
                patient.send(request(2));

                assertThat(patient.next().getResourcesCount()).isEqualTo(2);
                assertThat(log.messages()).anyMatch(line -> line.contains("has not read a response of"));
            }

            Http2Client.get(unread.response()).resume();
            assertThat(reset).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(StreamResetException.class);
            await().until(() -> xds.metric(STREAMS) == 1);
            await().until(() -> xds.metric(UNREAD) == 0);
            assertThat(xds.metric(WAITING)).isZero();
            assertThat(http.request("/").connection()).isSameAs(unread.connection());
        }
    }

    @Test
    void whoReadsLateHasItAllTheSameAndThoseWhoWaitedToo() {
        try (ServedXds xds = serve(Duration.ofMinutes(1));
                Http2Client http = new Http2Client(xds.port())) {
            HttpClientResponse late = Http2Client.get(askForMany(http, xds).response());
            var gone = client.endpoints(xds.port());
            var patient = client.endpoints(xds.port());
            gone.send(request(1));
            await().until(() -> xds.metric(WAITING) == 1);
            patient.send(request(2));
            await().until(() -> xds.metric(WAITING) == 2);
            gone.close();
            await().until(() -> xds.metric(STREAMS) == 2);
            assertThat(xds.metric(WAITING)).isEqualTo(1);

            AtomicLong read = new AtomicLong();
            late.handler(chunk -> read.addAndGet(chunk.length())).resume();

            await().until(() -> read.get() > MANY * LENGTH);
            assertThat(patient.next().getResourcesCount()).isEqualTo(2);
            await().until(() -> xds.metric(UNREAD) == 0);
            assertThat(xds.metric(WAITING)).isZero();
        }
    }

    /** A client that ends its stream meanwhile frees no memory. */
    @Test
    void anAnswerThatIsNotReadCountsAfterTheEndOfItsStreamToo() {
        try (ServedXds xds = serve(Duration.ofMinutes(1));
                Http2Client http = new Http2Client(xds.port())) {
            HttpClientRequest unread = askForMany(http, xds);
            unread.write(Buffer.buffer().appendByte((byte) 0).appendInt(TOO_LARGE));
            await().until(() -> xds.metric(STREAMS) == 0);

            assertThat(xds.metric(UNREAD)).isPositive();

            Http2Client.get(unread.response()).handler(chunk -> {}).resume();
            await().until(() -> xds.metric(UNREAD) == 0);
        }
    }

    @Test
    void whoHasMoreToReadComesAfterThoseWhoWait() {
        try (ServedXds xds = serve(Duration.ofMinutes(1));
                Http2Client http = new Http2Client(xds.port())) {
            HttpClientRequest call = ask(http, xds, request(IN_TWO_PARTS));
            HttpClientResponse large = Http2Client.get(call.response());
            var patient = client.endpoints(xds.port());
            patient.send(request(2));
            await().until(() -> xds.metric(WAITING) == 1);

            readFirstPart(large);

            assertThat(patient.next().getResourcesCount()).isEqualTo(2);
            await().until(() -> xds.metric(UNREAD) > 0);
        }
    }

    /** Reads the first message but for the part that HTTP/2 sends unread. */
    private static void readFirstPart(HttpClientResponse large) {
        AtomicLong left = new AtomicLong();
        large.handler(chunk -> {
            long length = left.get() == 0 ? chunk.getInt(1) : left.get();
            left.set(length - chunk.length());
            if (left.get() < WINDOW / 2) {
                large.pause();
            }
        });
        large.resume();
    }

    @Test
    void whoIsRefusedWhenItsTurnComesPassesItOn() {
        try (ServedXds xds = serve(
                        Duration.ofMinutes(1), MANY * (EACH + LENGTH + Protocol.OF_RESPONSE) + STREAMS_THEMSELVES);
                Http2Client http = new Http2Client(xds.port())) {
            IntStream.range(0, OTHERS).forEach(number -> xds.register("other-" + number));
            var patient = client.endpoints(xds.port());
            patient.send(
                    DiscoveryRequest.newBuilder().addResourceNames("patient").build());
            patient.next();
            HttpClientResponse late = Http2Client.get(askForMany(http, xds).response());
            var refused = client.clusters(xds.port());
            refused.send(DiscoveryRequest.getDefaultInstance());
            await().until(() -> xds.metric(WAITING) == 1);
            xds.register("patient");
            await().until(() -> xds.metric(WAITING) == 2);

            late.handler(chunk -> {}).resume();

            assertThat(refused.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
            assertThat(Assignments.addresses(Assignments.of(patient.next()).get(0)))
                    .containsExactly("127.0.0.1");
        }
    }

    @Test
    void whoGoesWithoutReadingLeavesNothing() {
        try (ServedXds xds = serve(Duration.ofMinutes(1))) {
            try (Http2Client http = new Http2Client(xds.port())) {
                askForMany(http, xds);
            }

            await().until(() -> xds.metric(STREAMS) == 0);
            await().until(() -> xds.metric(UNREAD) == 0);
        }
    }

    private static ServedXds serve(Duration taking) {
        return serve(taking, Long.MAX_VALUE);
    }

    /** Serves with room for one answer, whatever its size. */
    private static ServedXds serve(Duration taking, long names) {
        return new ServedXds(new StreamLimits(
                Duration.ofMinutes(1),
                taking,
                MemoryBudget.of(1),
                MemoryBudget.of(names),
                MemoryBudget.of(Long.MAX_VALUE)));
    }

    private static HttpClientRequest askForMany(Http2Client http, ServedXds xds) {
        return ask(http, xds, request(MANY));
    }

    /** Asks, reads nothing of the answer, and waits until it is there. */
    private static HttpClientRequest ask(Http2Client http, ServedXds xds, DiscoveryRequest request) {
        HttpClientRequest call = http.request(HttpMethod.POST, "/" + SERVICE + "/" + METHOD)
                .putHeader("Content-Type", "application/grpc")
                .setChunked(true);
        call.response().onSuccess(HttpClientResponse::pause);
        byte[] message = request.toByteArray();
        call.write(
                Buffer.buffer().appendByte((byte) 0).appendInt(message.length).appendBytes(message));
        await().until(() -> xds.metric(UNREAD) > 0);
        return call;
    }

    private static DiscoveryRequest request(int names) {
        return DiscoveryRequest.newBuilder()
                .addAllResourceNames(IntStream.range(0, names)
                        .mapToObj(name -> "s".repeat(LENGTH) + name)
                        .toList())
                .build();
    }
}
