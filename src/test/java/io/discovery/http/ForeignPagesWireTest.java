package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Http2Client;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as browsers send them for pages of the member, and for pages of other sites (Fetch Metadata; RFC 6454). */
class ForeignPagesWireTest {

    private static final String FORM = TestClient.encode(TestClient.registration(Map.of("load_balancing_weight", "1")));

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of());

    /** All requests that change something, with 200 or 204 for a client that may send them. */
    static Stream<String> changes() {
        return Stream.of(
                "POST /v1/registration/payments",
                "POST /v1/registrations",
                "POST /v1/loadbalancing/payments",
                "POST /v1/loadbalancing/payments/127.0.0.1",
                "POST /v1/registration/payments/127.0.0.1",
                "DELETE /v1/registration/payments/127.0.0.1",
                "DELETE /v1/registration/payments");
    }

    @ParameterizedTest
    @MethodSource("changes")
    void noPageOfAnotherSiteChangesAnything(String change) {
        MEMBER.client().register("payments", "127.0.0.1");
        String before = MEMBER.client().get("/v1/registration/payments").body();

        RawHttp.Answer answer = send(change, "Sec-Fetch-Site: cross-site\r\nOrigin: https://evil.example\r\n");
        RawHttp.Answer older = send(change, "Origin: https://evil.example\r\n");

        assertThat(answer.code()).isEqualTo(403);
        assertThat(answer.body())
                .isEqualTo("{\"error\": \"Sec-Fetch-Site: given 'cross-site', expected same-origin, none or no such"
                        + " header; pages of other sites may not change anything here\"}\n");
        assertThat(older.code()).isEqualTo(403);
        assertThat(older.body())
                .contains("Origin: given 'https://evil.example'", "the member's own as called: discovery:8080");
        assertThat(MEMBER.client().get("/v1/registration/payments").body()).isEqualTo(before);
    }

    /** A method that is an endpoint's own, and not a read, can be missing above only by mistake. */
    @Test
    void allChangesOfAllEndpointsAreTried() {
        List<String> unread = MEMBER.endpoints().stream()
                .flatMap(endpoint -> endpoint.accesses().entrySet().stream()
                        .filter(method -> !method.getKey().equals("GET"))
                        .filter(method -> !method.getValue().isRead())
                        .map(method -> method.getKey() + " " + endpoint.path()))
                .map(request -> request.replace(":service", "payments").replace(":ip_address", "127.0.0.1"))
                .toList();

        assertThat(changes()).containsExactlyInAnyOrderElementsOf(unread);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: something-new",
                "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site",
                "Origin: null",
                "Origin:",
                "Origin: http://discovery",
                "Origin: http://discovery:8081",
                "Origin: http://discovery.example:8080",
                "Origin: http://other@discovery:8080",
                "Origin: http://discovery:8080.example",
                "Origin: http://discovery:8080/",
                "Origin: http://discovery:8080 http://evil.example",
                "Origin: http://discovery:8080\r\nOrigin: http://evil.example",
                "Origin: http://%",
                "Origin: discovery:8080",
                "Origin: ftp://discovery:8080",
                "Origin: chrome-extension://discovery:8080",
                "Origin: http://evil.example\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example"
            })
    void aPageOfAnyOtherOriginIsForeign(String headers) {
        assertThat(send("POST /v1/registration/payments", headers + "\r\n").code())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Sec-Fetch-Site: same-origin\r\n",
                "Sec-Fetch-Site: none\r\n",
                "Origin: http://discovery:8080\r\n",
                "Origin: http://Discovery:8080\r\n",
                "Origin: https://discovery:8080\r\n",
                "Sec-Fetch-Site: same-origin\r\nOrigin: https://name-at-a-proxy.example\r\n",
                "Referer: https://evil.example/\r\n",
                "Sec-Fetch-Mode: cors\r\n"
            })
    void whatThePagesOfTheMemberAndOtherClientsSendIsTaken(String headers) {
        assertThat(send("POST /v1/registration/payments", headers).code()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "discovery, http://discovery, 200",
        "discovery:80, http://discovery, 200",
        "discovery:443, https://discovery, 200",
        "discovery:443, http://discovery, 403",
        "[::1]:8080, http://[::1]:8080, 200",
        "[::1]:8080, http://[::2]:8080, 403",
        "my_host:1, http://my_host:1, 200",
        "'', http://, 403",
        "a:b:c, http://a:b:c, 403",
        "%, http://%, 200"
    })
    void theHostIsComparedWithItsPort(String host, String origin, int status) {
        String request = "POST /v1/registration/payments HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin
                + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + FORM.length() + "\r\n\r\n"
                + FORM;

        assertThat(exchange(request).code()).isEqualTo(status);
    }

    /** No page can leave the host out. */
    @Test
    void withoutAHostThereIsNoOwnOrigin() {
        assertThat(exchange("DELETE /v1/registration/a/127.0.0.1 HTTP/1.0\r\nOrigin: http://null\r\n\r\n")
                        .code())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"OWN, 400", "https://evil.example, 403", "null, 403"})
    void overHttp2TheAuthorityIsTheHost(String origin, int status) {
        String own = "http://127.0.0.1:" + MEMBER.port();
        try (Http2Client client = new Http2Client(MEMBER.port())) {
            HttpClientRequest request = client.request(HttpMethod.DELETE, "/v1/registration/none/127.0.0.1");
            request.putHeader("Origin", origin.replace("OWN", own));

            int answered = Http2Client.get(
                    Http2Client.send(request, response -> response.body().map(read -> response.statusCode())));

            assertThat(answered).isEqualTo(status);
        }
    }

    /** xDS by REST posts its reads, and no page can read the response. */
    @Test
    void readsAreNoChanges() {
        TestClient page = MEMBER.client().with("Origin", "https://evil.example");

        assertThat(page.post("/v3/discovery:clusters", "application/json", "{}").statusCode())
                .isEqualTo(200);
        assertThat(page.get("/v1/services").statusCode()).isEqualTo(200);
        assertThat(page.get("/v1/services").headers().map().keySet())
                .noneMatch(name -> name.startsWith("access-control"));
    }

    /** Without a response that allows it, a browser does not send what a form could not send. */
    @Test
    void preflightsAllowNothing() {
        RawHttp.Answer answer = send(
                "OPTIONS /v1/registration/payments/127.0.0.1",
                "Origin: https://evil.example\r\nAccess-Control-Request-Method: DELETE\r\n");

        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.headers()).noneMatch(header -> header.getKey().startsWith("Access-Control"));
    }

    @Test
    void refusalsAreCountedAsForbidden() {
        String counted = "discovery_auth_refused_total{why=\"forbidden\"}";
        double before = MEMBER.client().metric(counted);

        send("DELETE /v1/registration/payments/127.0.0.1", "Origin: null\r\n");

        await().until(() -> MEMBER.client().metric(counted) == before + 1);
    }

    @ParameterizedTest
    @CsvSource({
        "GET /healthcheck, Sec-Fetch-Dest: empty, nosniff",
        "GET /nowhere, Upgrade-Insecure-Requests: 1, nosniff",
        "GET /v1/services, Sec-Fetch-Mode: cors,"
    })
    void browsersAreToldNotToGuessTheType(String request, String header, String told) {
        RawHttp.Answer answer = exchange(request + " HTTP/1.1\r\nHost: discovery\r\n" + header + "\r\n\r\n");

        assertThat(answer.all("X-Content-Type-Options")).isEqualTo(told == null ? List.of() : List.of(told));
        assertThat(answer.all("Strict-Transport-Security")).isEmpty();
    }

    private static RawHttp.Answer send(String request, String headers) {
        boolean isBulk = request.endsWith("/registrations");
        String body = !request.startsWith("POST") ? "" : isBulk ? "[]" : FORM;
        return exchange(request + " HTTP/1.1\r\nHost: discovery:8080\r\n" + headers + "Content-Type: "
                + (isBulk ? "text/plain" : "application/x-www-form-urlencoded") + "\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
    }

    private static RawHttp.Answer exchange(String request) {
        return RawHttp.exchange(MEMBER.port(), request.getBytes(StandardCharsets.US_ASCII));
    }
}
