package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.memory.HeapReserve;
import io.discovery.testing.RawHttp;
import io.discovery.testing.RawHttp2;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.junit5.VertxExtension;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** All bodies together have a limit, over real sockets. */
@ExtendWith(VertxExtension.class)
class RequestBodyReaderTest {

    private static final int ROOM = 100_000;
    /** RFC 9113, 7. */
    private static final byte CANCEL = 8;

    private final Vertx vertx;
    private final HeapReserve heap = new HeapReserve(1_000_000);
    private final RequestBodyReader bodies;
    private final HttpServer server;

    RequestBodyReaderTest(Vertx vertx) {
        this.vertx = vertx;
        bodies = new RequestBodyReader(vertx, ROOM, heap);
        server = done(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
    }

    private void answer(HttpServerRequest request) {
        Future<Response> answer = bodies.use(request, ROOM, body -> Future.succeededFuture(Response.emptyObject()));
        answer.otherwise(failure -> new ErrorResponses(false).of(failure, "none"))
                .onSuccess(sent -> {
                    sent.writeHead(request.response());
                    request.response().end(sent.body());
                });
    }

    private static <T> T done(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void aBodyThatIsAwaitedGoesForOneThatIsHere() throws IOException {
        try (Socket slow = connect()) {
            send(slow, "POST / HTTP/1.1\r\nHost: d\r\nContent-Length: 80000\r\n\r\n" + "x".repeat(79_999));
            await().atMost(Duration.ofSeconds(10)).until(() -> bodies.held() > 79_999);

            assertThat(post(30_000).code()).isEqualTo(200);

            RawHttp.Answer refused = RawHttp.read(new BufferedInputStream(slow.getInputStream()), false);
            assertThat(refused.code()).isEqualTo(503);
            assertThat(refused.body()).contains("overloaded");
            await().atMost(Duration.ofSeconds(10)).until(() -> bodies.held() == 0);
        }
    }

    /** Ten of these hold all there may be, and each may take ten seconds. */
    @Test
    void requestsWhoseBodiesDoNotComeKeepNobodyFromSending() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                slow.add(connect());
                send(slow.get(i), "POST / HTTP/1.1\r\nHost: d\r\nContent-Length: 8\r\n\r\nx");
                assertThat(bodies.held()).isLessThanOrEqualTo(ROOM);
            }

            assertThat(post(30_000).code()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void whileTheHeapIsShortThereIsRoomForAnEighth() {
        heap.collected(900_000, HeapReserve.Reach.ALL);

        assertThat(post(ROOM / 8).code()).isEqualTo(200);
        RawHttp.Answer refused = post(ROOM / 8 + 1);
        assertThat(refused.code()).isEqualTo(503);
        assertThat(refused.body()).contains("the heap is short");
        await().atMost(Duration.ofSeconds(10)).until(() -> bodies.held() == 0);

        heap.collected(100_000, HeapReserve.Reach.YOUNG);
        assertThat(post(ROOM / 8 + 1).code()).isEqualTo(200);
    }

    @Test
    void whoGoesAwayInTheMiddleOfABodyTakesNoRoomAfterwards() throws IOException {
        try (Socket gone = connect()) {
            send(gone, "POST / HTTP/1.1\r\nHost: d\r\nContent-Length: 80000\r\n\r\n" + "x".repeat(79_999));
            await().atMost(Duration.ofSeconds(10)).until(() -> bodies.held() > 79_999);
        }

        await().atMost(Duration.ofSeconds(10)).until(() -> bodies.held() == 0);
    }

    /** Such a stream takes no handler any more, not even one that drops what is left. */
    @Test
    void aStreamThatIsResetInTheMiddleOfABodyBreaksNothing() {
        Queue<Throwable> broken = new ConcurrentLinkedQueue<>();
        vertx.exceptionHandler(broken::add);
        try (RawHttp2 client = RawHttp2.connect(server.actualPort(), ROOM)) {
            int stream = client.post("/");
            client.frame(RawHttp2.DATA, 0, stream, new byte[1_000]);
            await().atMost(Duration.ofSeconds(10)).until(() -> bodies.held() > 1_000);

            client.frame(RawHttp2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL});
            await().atMost(Duration.ofSeconds(10)).until(() -> bodies.held() == 0);

            client.get("/");
            await().atMost(Duration.ofSeconds(10)).until(() -> client.succeeded() == 1);
        }
        assertThat(broken).isEmpty();
    }

    private RawHttp.Answer post(int length) {
        String request = "POST / HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Length: " + length + "\r\n\r\n";
        return RawHttp.exchange(
                server.actualPort(), (request + "x".repeat(length)).getBytes(StandardCharsets.US_ASCII));
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
