package io.discovery.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on one event loop; several share the port. It fails to start with {@link CannotListenException} if the
 * port is taken. When it stops, it lets requests in flight finish.
 */
public final class HttpServerVerticle extends VerticleBase {

    /**
     * Maximum bytes of a request line, promised in src/docs/api.md: the longest service is in one, with each byte
     * percent-encoded.
     */
    static final int LONGEST_LINE = 8 * 1024;

    /** Maximum bytes of all headers together: Vert.x's default, promised there too. */
    static final int LARGEST_HEAD = 8 * 1024;
    /** Maximum open streams of an HTTP/2 connection. gRPC in Python has one for each service that its process calls. */
    private static final int MOST_STREAMS = 1_000;

    private static final Duration FINISH_IN_FLIGHT = Duration.ofSeconds(5);

    private final HttpListener listener;
    private final Handler<HttpServerRequest> handler;
    private final Handler<HttpServerRequest> invalid;
    private @Nullable HttpServer server;

    /** @param handlers called on every event loop */
    public HttpServerVerticle(HttpListener listener, HttpHandlers handlers) {
        this.listener = listener;
        this.handler = handlers.requests();
        this.invalid = handlers.invalidRequests();
    }

    @Override
    public Future<?> start() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(listener.host())
                // Connections has the TLS, below what limits them; for Vert.x the server is a plain one.
                .setUseAlpn(listener.isEncrypted())
                // All event loops share one port, also one that the system picks: Vert.x knows that by a negative port.
                .setPort(listener.port() == 0 ? -1 : listener.port())
                .setMaxInitialLineLength(LONGEST_LINE)
                .setMaxHeaderSize(LARGEST_HEAD)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(MOST_STREAMS)
                        .setMaxHeaderListSize(LARGEST_HEAD)
                        .setPushEnabled(false))
                // Nobody speaks WebSocket here: what would negotiate its extensions is left out.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setHandle100ContinueAutomatically(true);
        return vertx.createHttpServer(options)
                .requestHandler(handler)
                .invalidRequestHandler(invalid)
                .listen()
                .onSuccess(listening -> server = listening)
                .recover(failure -> Future.failedFuture(new CannotListenException(listener, failure)));
    }

    /** Returns the port it serves on, once started. */
    public int port() {
        return server == null ? 0 : server.actualPort();
    }

    @Override
    public Future<?> stop() {
        return server == null
                ? Future.succeededFuture()
                : server.shutdown(FINISH_IN_FLIGHT.toSeconds(), TimeUnit.SECONDS);
    }
}
