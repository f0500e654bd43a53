package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Http2Client;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestMember;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests at the edge of HTTP, over real sockets: unusual targets, and hosts that are absent or malformed. */
class RoutingWireTest {

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of());

    /** Seed: the path is decoded once, and then compared by its characters. */
    @ParameterizedTest
    @CsvSource({
        "OPTIONS, *, 404",
        "GET, *, 404",
        "GET, healthcheck, 404",
        "GET, v1/services, 404",
        "GET, ?wait=1, 404",
        "CONNECT, discovery:80, 404",
        "TRACE, /healthcheck, 405",
        "GET, http://discovery, 404",
        "GET, http://discovery/v1/services, 200",
        "GET, //healthcheck, 404",
        "GET, /./healthcheck, 404",
        "GET, /%2e/healthcheck, 404",
        "GET, /health/../healthcheck, 404",
        "GET, /v1/registration/a/../b, 404",
        "GET, /v1/registration/., 200",
        "GET, /v1/services;a=b, 404",
        "GET, /v1/registration/a;b, 200",
        "GET, /%68ealthcheck, 200",
        "GET, /healthcheck%0A, 404",
        "GET, /v1/registration/%0A, 200",
        "GET, /v1/registration/repo/%0A, 200",
        "GET, /v1/registration/%3F, 200",
        "GET, /v1/registration/%23, 200"
    })
    void targetsAreTakenAsTheyStand(String method, String target, int status) {
        assertThat(exchange(method + " " + target + " HTTP/1.1\r\nHost: discovery\r\n\r\n")
                        .code())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/services?x=%zz", "/v1/registration/svc?x=%zz", "/v1/registration/repo/r?x=%zz&="})
    void queriesThatNoEndpointReadsMayBeMalformed(String target) {
        assertThat(exchange("GET " + target + " HTTP/1.1\r\nHost: discovery\r\n\r\n")
                        .code())
                .isEqualTo(200);
    }

    /** RFC 9112, 3.2 has them refused; the seed's server did not, and clients by hand leave the host out. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Host:\r\n", "Host: a b\r\n", "Host: a\r\nHost: b\r\n", "Host: a:b:c\r\n"})
    void theHostIsNotLookedAt(String host) {
        for (String version : List.of("HTTP/1.0", "HTTP/1.1")) {
            assertThat(get("/healthcheck", version, host)).isEqualTo(200);
            assertThat(get("/v1/registration/svc", version, host)).isEqualTo(200);
            assertThat(get("/v1/services", version, host)).isEqualTo(200);
            assertThat(get("/nowhere", version, host)).isEqualTo(404);
        }
    }

    /** A router would parse the host to find the address of a client. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Host: a b\r\n", "Host: a:99999999999\r\n", "Host: [::1\r\n"})
    void norIsItForTheAddressOfAClient(String host) {
        String body = "[{\"service\": \"auto\", \"auto_ip\": 1, \"port\": 80, \"revision\": \"1\"}]";
        String answer = exchange("POST /v1/registrations HTTP/1.1\r\n" + host + "Content-Type: application/json\r\n"
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                .body();

        assertThat(answer).contains("auto_ip: given '127.0.0.1', expected an address in");
    }

    private static int get(String path, String version, String host) {
        return exchange("GET " + path + " " + version + "\r\n" + host + "\r\n").code();
    }

    @ParameterizedTest
    @CsvSource({
        "*, 404",
        "healthcheck, 404",
        "/nowhere, 404",
        "/%68ealthcheck, 200",
        "/v1/services, 200",
        "/v1/registration/svc, 200"
    })
    void targetsOfHttp2Too(String target, int status) {
        try (Http2Client client = new Http2Client(MEMBER.port())) {
            assertThat(client.status(target)).isEqualTo(status);
        }
    }

    /** The path leads to one service, whichever way its name is spelled. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/registration/%73vc", "/v1/registration%2fsvc", "/%76%31/registration/svc"})
    void anEncodedPathIsAnsweredLikeThePlainOne(String path) {
        RawHttp.Answer plain = exchange("GET /v1/registration/svc HTTP/1.1\r\n\r\n");

        assertThat(exchange("GET " + path + " HTTP/1.1\r\n\r\n")).isEqualTo(plain);
        assertThat(exchange("PUT " + path + " HTTP/1.1\r\n\r\n"))
                .isEqualTo(exchange("PUT /v1/registration/svc HTTP/1.1\r\n\r\n"));
    }

    private static RawHttp.Answer exchange(String request) {
        return RawHttp.exchange(MEMBER.port(), request.getBytes(StandardCharsets.US_ASCII));
    }
}
