package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Http2Client;
import io.discovery.testing.MemberProcess;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Streams of xDS with requests that never end, more of them than the memory of the member holds. */
class UnfinishedRequestsIT {

    private static final String METHOD = "/envoy.service.endpoint.v3.EndpointDiscoveryService/StreamEndpoints";
    private static final String STREAMS = "discovery_xds_streams";
    private static final int CLIENTS = 80;
    private static final int ANNOUNCED = 4_000_000;
    private static final Buffer BEGIN =
            Buffer.buffer().appendByte((byte) 0).appendInt(ANNOUNCED).appendBytes(new byte[ANNOUNCED - 1]);
    private static final Buffer NO_REQUEST =
            Buffer.buffer().appendByte((byte) 0).appendInt(3).appendBytes(new byte[] {-1, -1, -1});

    @Test
    void areReset() {
        try (MemberProcess member = start();
                Http2Client http = new Http2Client(member.port())) {
            open(http).forEach(stream -> stream.write(BEGIN));

            await().atMost(Duration.ofSeconds(20)).until(() -> member.log().contains("is reset"));
            await().atMost(Duration.ofSeconds(20)).until(() -> member.client().metric(STREAMS) < 4);
            assertThat(member.client().hosts("payments")).isEmpty();
        }
    }

    @Test
    void areForgottenAfterTheEndOfTheirStreams() {
        try (MemberProcess member = start();
                Http2Client http = new Http2Client(member.port())) {
            List<HttpClientRequest> streams = open(http);
            streams.forEach(stream -> stream.write(NO_REQUEST));
            streams.forEach(stream ->
                    assertThat(Http2Client.get(stream.response()).statusCode()).isEqualTo(200));
            assertThat(member.client().metric(STREAMS)).isZero();

            // They may have heard by now that nothing more is wanted.
            streams.forEach(stream -> Http2Client.get(stream.write(BEGIN).otherwiseEmpty()));

            assertThat(member.client().hosts("payments")).isEmpty();
        }
    }

    private static MemberProcess start() {
        return MemberProcess.start(Map.of(), "-Xmx160m");
    }

    private static List<HttpClientRequest> open(Http2Client http) {
        return IntStream.range(0, CLIENTS)
                .mapToObj(number -> http.request(HttpMethod.POST, METHOD)
                        .putHeader("Content-Type", "application/grpc")
                        .setChunked(true))
                .toList();
    }
}
