package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Http2Client;
import io.discovery.testing.TestMember;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls of gRPC are told by their content type, and those alone are taken whose messages are read here
 * (PROTOCOL-HTTP2).
 */
class GrpcTypesWireTest {

    private static final String METHOD = "/envoy.service.endpoint.v3.EndpointDiscoveryService/StreamEndpoints";

    private static final TestMember MEMBER = TestMember.start(Map.of());

    private static final Http2Client HTTP = new Http2Client(MEMBER.port());

    @AfterAll
    static void stop() {
        HTTP.close();
        MEMBER.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/grpc",
                "application/grpc+proto",
                "application/grpc;charset=utf-8",
                "application/grpc+proto ; charset=utf-8"
            })
    void protobufIsAnswered(String type) {
        HttpClientRequest call = call(type);
        byte[] message = DiscoveryRequest.newBuilder()
                .addResourceNames("payments")
                .build()
                .toByteArray();

        call.write(frame(Buffer.buffer(message)));

        HttpClientResponse response = Http2Client.get(call.response());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.getHeader("grpc-status")).isNull();
        call.reset();
    }

    /**
     * JSON would be parsed as a whole before anybody has looked at what it is made of; a browser has no use for xDS.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/grpc+json",
                "application/grpc+json;charset=utf-8",
                "application/grpc+PROTO",
                "application/grpc+thrift",
                "application/grpc-web",
                "application/grpc-web+proto",
                "application/grpc-web+json",
                "application/grpc-web-text",
                "application/grpcx",
                "application/grpc+proto+json"
            })
    void nothingElseReachesGrpc(String type) {
        HttpClientRequest call = call(type);

        Future<Map.Entry<Integer, String>> answer = call.response()
                .compose(response -> response.body().map(body -> Map.entry(response.statusCode(), body.toString())));
        call.write(frame(Buffer.buffer("{\"node\":{\"id\":\"x\"},\"resource_names\":[\"p\"]}")));

        assertThat(Http2Client.get(answer).getKey()).isEqualTo(415);
        assertThat(Http2Client.get(answer).getValue()).contains("content-type: given '" + type + "'");
    }

    /** The library would throw, and the call would stay open for ever, counted nowhere. */
    @ParameterizedTest
    @ValueSource(strings = {"?x", "x", "*"})
    void aCallWithoutAPathIsRefused(String path) {
        HttpClientRequest call = HTTP.request(HttpMethod.POST, path)
                .putHeader("Content-Type", "application/grpc")
                .setChunked(true);
        Future<Integer> status = call.response().map(HttpClientResponse::statusCode);
        call.write(frame(Buffer.buffer()));

        assertThat(Http2Client.get(status)).isEqualTo(400);
    }

    @Test
    void aTunnelIsRefused() {
        HttpClientRequest call = HTTP.request(HttpMethod.CONNECT, "")
                .putHeader("Content-Type", "application/grpc")
                .setChunked(true);
        Future<Integer> status = call.response().map(HttpClientResponse::statusCode);
        call.write(frame(Buffer.buffer()));

        assertThat(Http2Client.get(status)).isEqualTo(400);
    }

    /** Its head goes with the first that is written: an answer that comes before is lost. */
    private static HttpClientRequest call(String type) {
        return HTTP.request(HttpMethod.POST, METHOD)
                .putHeader("Content-Type", type)
                .setChunked(true);
    }

    private static Buffer frame(Buffer message) {
        return Buffer.buffer().appendByte((byte) 0).appendInt(message.length()).appendBuffer(message);
    }
}
