package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.connections.Connection;
import io.discovery.connections.Connections;
import io.discovery.connections.Exchange;
import io.discovery.memory.HeapReserve;
import io.discovery.model.RegistryException.NotReady;
import io.discovery.testing.Bystander;
import io.discovery.testing.TestClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.EOFException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChunkedBodyTest {

    private static final int PIECES = 500;

    private final Vertx vertx = Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(1))
            .withTransport(new Connections(10, 1_000_000, 1_000_000, new HeapReserve(Long.MAX_VALUE), null).transport())
            .build();
    /** The number of pieces that were asked for when another client was answered. */
    private final CompletableFuture<Integer> heardAfter = new CompletableFuture<>();

    private final Bystander other = new Bystander();
    private int asked;

    /**
     * Another client asks on the same event loop while the first piece is made, and is not answered only after the
     * last.
     */
    @Test
    void othersHaveTheirTurnInBetween() throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await();
        try (other) {
            other.connect(server.actualPort());

            String body = new TestClient(server.actualPort()).get("/long").body();

            assertThat(body).startsWith("piece 1\npiece 2\n").endsWith("\npiece " + PIECES + "\n");
            assertThat(heardAfter.get(10, TimeUnit.SECONDS)).isLessThan(PIECES / 10);
        } finally {
            vertx.close().await();
        }
    }

    /** As when the member has stood still since it began. */
    @Test
    void anAnswerThatCannotGoOnIsNotTakenForWhole() {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await();
        try {
            assertThatThrownBy(() -> new TestClient(server.actualPort()).get("/broken"))
                    .hasRootCauseInstanceOf(EOFException.class);
        } finally {
            vertx.close().await();
        }
    }

    private void answer(HttpServerRequest request) {
        if (request.path().equals("/broken")) {
            Iterable<Buffer> pieces =
                    () -> Stream.of(1, 2).map(this::refusedAfterTheFirst).iterator();
            new ChunkedBody(pieces)
                    .begin(new ResponseWriter(
                            request.response().setChunked(true),
                            Connection.of(request.connection()).requestBegan()));
            return;
        }
        if (request.path().equals("/long")) {
            Iterable<Buffer> pieces =
                    () -> IntStream.rangeClosed(1, PIECES).mapToObj(this::piece).iterator();
            new ChunkedBody(pieces)
                    .begin(new ResponseWriter(
                            request.response().setChunked(true),
                            Connection.of(request.connection()).requestBegan()));
            return;
        }
        if (request.path().equals("/other")) {
            heardAfter.complete(asked);
        }
        Exchange exchange = Connection.of(request.connection()).requestBegan();
        request.response().end();
        exchange.answered();
    }

    private Buffer refusedAfterTheFirst(int number) {
        if (number > 1) {
            throw new NotReady("stood still");
        }
        return Buffer.buffer("piece 1\n");
    }

    private Buffer piece(int number) {
        asked = number;
        if (number == 1) {
            other.ask("/other");
        }
        return Buffer.buffer("piece " + number + "\n");
    }
}
