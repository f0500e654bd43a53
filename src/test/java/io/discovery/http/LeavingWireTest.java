package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.audit.AuditLog;
import io.discovery.config.Cidrs;
import io.discovery.connections.Connections;
import io.discovery.memory.HeapReserve;
import io.discovery.telemetry.Meters;
import io.discovery.testing.RawHttp2;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member that is about to end, and a client of HTTP/2 that has not heard of it yet (RFC 9113, 6.8). */
class LeavingWireTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int ACK = 1;
    private static final byte[] EIGHT_BYTES = new byte[8];
    private static final String PATH = "/hot/x";

    private final HeapReserve heap = new HeapReserve(1_000_000);
    private final Meters meters = new Meters();
    private final Vertx vertx = Vertx.builder()
            .withTransport(new Connections(100, 1_000_000, 1_000_000, heap, null).transport())
            .build();
    private int port;

    @BeforeEach
    void serve() {
        HttpEndpoint hot = HttpEndpoint.at("/hot/:one", "hot")
                .get(Access.OPEN, request -> Future.succeededFuture(Response.ok(Buffer.buffer("{}"))));
        ClientControl clients = ClientControl.none(Cidrs.NONE, AuditLog.OFF);
        EndpointHandler handler = new EndpointHandler(
                clients,
                new RequestBodyReader(vertx, 1_000_000, heap),
                new ErrorResponses(false),
                new ResponseSender(meters, clients, () -> true),
                meters,
                null);
        port = vertx.createHttpServer()
                .requestHandler(new EndpointRouter(vertx, List.of(hot), hot, handler))
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    @AfterEach
    void end() {
        vertx.close().await();
        meters.close();
    }

    @Test
    void aRequestThatCrossesTheFirstGoAwayIsAnswered() {
        try (RawHttp2 client = RawHttp2.connect(port, 100_000)) {
            client.get(PATH);
            await().atMost(PATIENCE).until(() -> client.received(RawHttp2.GOAWAY) == 1);
            await().atMost(PATIENCE).until(() -> client.received(RawHttp2.PING) == 1);

            client.get(PATH);
            await().atMost(PATIENCE).until(() -> client.succeeded() == 2);
            assertThat(client.received(RawHttp2.GOAWAY)).isOne();
            client.frame(RawHttp2.PING, ACK, 0, EIGHT_BYTES);

            await().atMost(PATIENCE).until(() -> client.received(RawHttp2.GOAWAY) == 2);
            await().atMost(PATIENCE).until(client::isOver);
            assertThat(client.received(RawHttp2.PING))
                    .as("it hears of the end once")
                    .isOne();
        }
    }
}
