package io.discovery.http;

import io.discovery.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves the v1 API on one event loop; several share the port. Starting fails with
 * {@link CannotListenException} if the port is taken. Stopping lets what
 * is in flight finish.
 */
public final class HttpServerVerticle extends VerticleBase {

    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(75);
    private static final Duration FINISH_IN_FLIGHT = Duration.ofSeconds(5);

    private final Settings.Http http;
    private final Handler<HttpServerRequest> handler;
    private @Nullable HttpServer server;

    /** @param handler thread-safe: every event loop calls it */
    public HttpServerVerticle(Settings.Http http, Handler<HttpServerRequest> handler) {
        this.http = http;
        this.handler = handler;
    }

    @Override
    public Future<?> start() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(http.host())
                // All event loops share one port, also one that the system picks: Vert.x knows that by a negative port.
                .setPort(http.port() == 0 ? -1 : http.port())
                .setIdleTimeout((int) IDLE_TIMEOUT.toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHandle100ContinueAutomatically(true);
        return vertx.createHttpServer(options)
                .requestHandler(handler)
                .listen()
                .onSuccess(listening -> server = listening)
                .recover(failure -> Future.failedFuture(new CannotListenException(http, failure)));
    }

    /** The port it serves on, once started. */
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
