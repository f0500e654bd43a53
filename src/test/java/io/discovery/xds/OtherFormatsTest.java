package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.discovery.http.ClientLogLimit;
import io.discovery.testing.CapturedLog;
import io.discovery.testing.Http2Client;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.grpc.common.GrpcStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests in other formats than protobuf are refused before they are parsed, also where the HTTP server has let them
 * through.
 */
class OtherFormatsTest {

    private static final String METHOD = "/envoy.service.endpoint.v3.EndpointDiscoveryService/StreamEndpoints";
    private static final Buffer JSON = Buffer.buffer("{\"node\":{\"id\":\"x\"},\"resource_names\":[\"p\"]}");

    @AutoClose
    private final CapturedLog written = CapturedLog.ofPackage(XdsStream.class);

    @AutoClose
    private final ServedXds xds = new ServedXds();

    @AutoClose
    private final Http2Client http = new Http2Client(xds.port());

    @Test
    void jsonIsNotImplementedAndNoFault() {
        for (int i = 0; i < 2 * ClientLogLimit.MOST; i++) {
            HttpClientResponse response = send("application/grpc+json");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.getHeader("grpc-status")).isEqualTo(Integer.toString(GrpcStatus.UNIMPLEMENTED.code));
        }

        assertThat(written.lines()).noneMatch(line -> line.getLevel() == Level.ERROR);
        assertThat(written.lines()).hasSize(ClientLogLimit.MOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc-web", "application/grpc-web+json", "application/grpc-web-text"})
    void browsersAreNotServed(String type) {
        assertThat(send(type).statusCode()).isEqualTo(415);
    }

    /** The library throws at it, and would at each byte that follows. */
    @Test
    void aCompressedMessageWithoutTheNameOfItsCompressionIsNotImplemented() {
        HttpClientRequest call = call("application/grpc");
        call.write(Buffer.buffer().appendByte((byte) 1).appendInt(0));

        HttpClientResponse response = Http2Client.get(call.response());

        assertThat(response.getHeader("grpc-status")).isEqualTo(Integer.toString(GrpcStatus.UNIMPLEMENTED.code));
        await().until(() -> xds.metric("discovery_xds_streams") == 0);
    }

    private HttpClientRequest call(String type) {
        return http.request(HttpMethod.POST, METHOD)
                .putHeader("Content-Type", type)
                .setChunked(true);
    }

    private HttpClientResponse send(String type) {
        HttpClientRequest call = call(type);
        call.write(Buffer.buffer().appendByte((byte) 0).appendInt(JSON.length()).appendBuffer(JSON));
        return Http2Client.get(call.response());
    }
}
