package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.audit.AuditLog;
import io.discovery.config.Cidrs;
import io.discovery.connections.Connections;
import io.discovery.memory.HeapReserve;
import io.discovery.telemetry.Meters;
import io.discovery.testing.RawHttp;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A hot endpoint and others, over real sockets. Each responds with its name and the segments that it got. */
class EndpointRouterTest {

    private static final HttpEndpoint HOT = named("/hot/:one", "hot");

    private final HeapReserve heap = new HeapReserve(1_000_000);
    private final Meters meters = new Meters();
    private final Vertx vertx = Vertx.builder()
            .withTransport(new Connections(100, 1_000_000, 1_000_000, heap, null).transport())
            .build();
    private final AtomicReference<Throwable> reported = new AtomicReference<>();
    private int port;

    private static HttpEndpoint named(String path, String name) {
        return HttpEndpoint.at(path, name)
                .get(
                        Access.OPEN,
                        request -> Future.succeededFuture(Response.ok(Buffer.buffer(name + request.segments()))));
    }

    @BeforeEach
    void serve() {
        vertx.exceptionHandler(reported::set);
        EndpointHandler handler = new EndpointHandler(
                ClientControl.none(Cidrs.NONE, AuditLog.OFF),
                new RequestBodyReader(vertx, 1_000_000, heap),
                new ErrorResponses(false),
                new ResponseSender(meters, ClientControl.none(Cidrs.NONE, AuditLog.OFF), () -> false),
                meters,
                null);
        List<HttpEndpoint> endpoints = List.of(
                HOT,
                named("/hot/:one/:two", "two"),
                named("/a:b/c.d", "literal"),
                HttpEndpoint.at("/error", "error").get(Access.OPEN, request -> {
                    throw new AssertionError("not answered by its endpoint");
                }),
                HttpEndpoint.at("/elsewhere", "elsewhere")
                        .get(Access.OPEN, request -> answeredElsewhere(Thread.currentThread())));
        port = vertx.createHttpServer()
                .requestHandler(new EndpointRouter(vertx, endpoints, HOT, handler))
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    /** Returns a response that another thread completes; its body says whether the given one sends it. */
    private static Future<Response> answeredElsewhere(Thread expected) {
        Promise<Response> promise = Promise.promise();
        Response response = Response.endless(
                List.of(), writer -> writer.end(Buffer.buffer(Boolean.toString(Thread.currentThread() == expected))));
        new Thread(() -> promise.complete(response)).start();
        return promise.future();
    }

    @AfterEach
    void end() {
        vertx.close().await();
        meters.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/hot/x|hot[x]",
                "/hot/x%2By%20+|hot[x+y +]",
                "/hot/x/y|two[x, y]",
                "/hot/x%2fy%3F|two[x, y?]",
                "/hot/%2541/%C3%A9|two[%41, {{c3}}{{a9}}]",
                "/a:b/c.d|literal[]",
                "/%61%3Ab/c%2Ed|literal[]"
            })
    void segmentsAreDecoded(String path, String expected) {
        String body = get(path).body().replace("\u00c3", "{{c3}}").replace("\u00a9", "{{a9}}");

        assertThat(body).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"/hot", "/hot/", "/hot//y", "/hot/x/", "/hot/x/y/z", "/a:b/cxd", "/HOT/x", "/hot/x/y/.."})
    void otherPathsLeadNowhere(String path) {
        assertThat(get(path).code()).isEqualTo(404);
    }

    @Test
    void anErrorIsReportedLikeAnyOfAnEventLoopAndEndsTheConnection() {
        RawHttp.Answer answer = get("/error");

        assertThat(answer.code()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo("{\"error\": \"internal error\"}\n");
        await().untilAsserted(() -> assertThat(reported.get()).hasMessage("not answered by its endpoint"));
    }

    /** A connection belongs to its event loop: another thread would damage the queues of all connections. */
    @Test
    void theEventLoopOfTheRequestSendsAResponseThatAnotherThreadCompletes() {
        assertThat(get("/elsewhere").body()).contains("true");
    }

    private RawHttp.Answer get(String path) {
        return RawHttp.exchange(port, ("GET " + path + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
