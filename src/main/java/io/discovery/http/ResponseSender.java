package io.discovery.http;

import io.discovery.connections.Connection;
import io.discovery.connections.Exchange;
import io.discovery.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends responses, counts them, and ends connections whose last response is sent. Thread-safe. */
final class ResponseSender {

    private static final Logger log = LoggerFactory.getLogger(ResponseSender.class);

    /** Time for the requests of an HTTP/2 connection that is about to end. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);

    /** RFC 9113, 7. */
    private static final long NO_ERROR = 0;

    private final Meters meters;
    private final ClientControl clients;
    private final BooleanSupplier draining;

    /** @param draining whether the member is about to end */
    ResponseSender(Meters meters, ClientControl clients, BooleanSupplier draining) {
        this.meters = meters;
        this.clients = clients;
        this.draining = draining;
    }

    /**
     * Sends a response, and tells the exchange when the request has been answered. To be called on the event loop of
     * the request.
     *
     * @param label of the request in metrics
     * @param start of the request, {@link System#nanoTime}
     */
    void send(HttpServerRequest request, Exchange exchange, Response given, String label, long start) {
        boolean wantsBody = !HttpMethod.HEAD.equals(request.method());
        Response response = wantsBody && given.isEndless() && !exchange.waits(CrowdedResponses.bytesOf(request))
                ? CrowdedResponses.refusal(exchange)
                : given;
        long nanos = System.nanoTime() - start;
        meters.answered(label, response.status(), nanos);
        if (log.isTraceEnabled()) {
            log.trace("{} {} {} in {} us", request.method(), request.path(), response.status(), nanos / 1_000);
        }
        HttpServerResponse out = request.response();
        ResponseWriter writer = new ResponseWriter(out, exchange);
        boolean goesOn = response.stream() != null && wantsBody;
        try {
            if (out.closed() || out.ended() || exchange.isGone()) {
                goesOn = false;
                return;
            }
            boolean isLast = writeHead(request, response);
            if (goesOn) {
                out.endHandler(ended -> answered(request, exchange)).setChunked(true);
                response.begin(writer);
            } else {
                end(request, wantsBody ? writer.end(response.body()) : writer.end(), label, isLast);
            }
        } catch (RuntimeException failed) {
            log.error("no answer to {} {}", request.method(), label, failed);
            request.connection().close();
        } finally {
            if (!goesOn) {
                answered(request, exchange);
            }
        }
    }

    private void answered(HttpServerRequest request, Exchange exchange) {
        clients.ended(request);
        exchange.answered();
    }

    /** Writes the head; returns whether the connection of HTTP/1.1 ends because of this response. */
    private boolean writeHead(HttpServerRequest request, Response response) {
        response.writeHead(request.response());
        BrowserHeaders.add(request);
        boolean isLast = response.isLast() && request.version() != HttpVersion.HTTP_2;
        if (isLast || isLeaving(request, HttpVersion.HTTP_1_1)) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            Connection.of(request.connection()).lingers();
        }
        return isLast;
    }

    private boolean isLeaving(HttpServerRequest request, HttpVersion version) {
        return request.version() == version && draining.getAsBoolean();
    }

    private void end(HttpServerRequest request, Future<Void> sent, String label, boolean isLast) {
        sent.onFailure(gone -> log.trace("the client of {} did not wait for the answer", label));
        if (isLast) {
            sent.onComplete(done -> request.connection().close());
        } else if (isLeaving(request, HttpVersion.HTTP_2)) {
            takeLeave(request.connection());
        }
    }

    /**
     * Tells a client of HTTP/2 to go elsewhere, in two steps (RFC 9113, 6.8): all that the client sends before it has heard
     * of it is answered, and then nothing more comes.
     */
    private static void takeLeave(HttpConnection connection) {
        if (!Connection.of(connection).leaves()) {
            return;
        }
        connection.goAway(NO_ERROR, Integer.MAX_VALUE);
        connection
                .ping(Buffer.buffer().appendLong(0))
                .timeout(LAST_ANSWERS.toSeconds(), TimeUnit.SECONDS)
                .onComplete(heard -> {
                    connection.goAway(NO_ERROR);
                    connection.shutdown(LAST_ANSWERS.toSeconds(), TimeUnit.SECONDS);
                });
    }
}
