package io.discovery.http;

import io.discovery.connections.Connection;
import io.discovery.connections.Connections;
import io.discovery.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends answers, counts them, and sees connections off that are to end. Safe for all threads. */
final class Sending {

    private static final Logger log = LoggerFactory.getLogger(Sending.class);

    /** How long the requests of an HTTP/2 connection may take that is to end. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);
    /** RFC 9113, 7: the peer behaves in a way that costs too much. */
    private static final long ENHANCE_YOUR_CALM = 0xb;

    private final Meters meters;
    private final BooleanSupplier draining;

    /** @param draining whether the member is about to end */
    Sending(Meters meters, BooleanSupplier draining) {
        this.meters = meters;
        this.draining = draining;
    }

    /**
     * Sends it, on the event loop of the request, and tells the connection when the request has been answered.
     *
     * @param start of the request, {@link System#nanoTime}
     */
    void send(HttpServerRequest request, Connection connection, Answer answer, Route route, long start) {
        long nanos = System.nanoTime() - start;
        meters.answered(route.name(), answer.status(), nanos);
        if (log.isTraceEnabled()) {
            log.trace("{} {} {} in {} us", request.method(), request.path(), answer.status(), nanos / 1_000);
        }
        HttpServerResponse response = request.response();
        boolean goesOn = answer.stream() != null && !HttpMethod.HEAD.equals(request.method());
        try {
            if (response.closed() || response.ended()) {
                goesOn = false;
                return;
            }
            boolean isLast = writeHead(request, connection, answer);
            if (goesOn) {
                response.endHandler(ended -> connection.answered()).setChunked(true);
                answer.begin(response);
            } else {
                end(request, answer, route, isLast);
            }
        } catch (RuntimeException failed) {
            log.error("no answer to {} {}", request.method(), route, failed);
            request.connection().close();
        } finally {
            if (!goesOn) {
                connection.answered();
            }
        }
    }

    /** Answers whether it is the last one of the connection. */
    private boolean writeHead(HttpServerRequest request, Connection connection, Answer answer) {
        answer.writeHead(request.response());
        boolean isLast = answer.isLast() && request.version() != HttpVersion.HTTP_2;
        if (isLast || isLeaving(request, HttpVersion.HTTP_1_1)) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            connection.lingers();
        }
        return isLast;
    }

    private boolean isLeaving(HttpServerRequest request, HttpVersion version) {
        return request.version() == version && draining.getAsBoolean();
    }

    private void end(HttpServerRequest request, Answer answer, Route route, boolean isLast) {
        HttpServerResponse response = request.response();
        Future<Void> sent = HttpMethod.HEAD.equals(request.method()) ? response.end() : response.end(answer.body());
        if (request.version() == HttpVersion.HTTP_2) {
            resetIfUnread(response, sent);
        }
        sent.onFailure(gone -> log.trace("the client of {} did not wait for the answer", route));
        if (isLast) {
            sent.onComplete(done -> request.connection().close());
        } else if (isLeaving(request, HttpVersion.HTTP_2)) {
            // GOAWAY: what the client sends from now on, it sends elsewhere; what it has sent is answered.
            request.connection().shutdown(LAST_ANSWERS.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** A stream that its client does not read holds memory, and other streams of the connection may be fine. */
    static void resetIfUnread(HttpServerResponse response, Future<Void> sent) {
        sent.timeout(Connections.TAKING_LIMIT.toMillis(), TimeUnit.MILLISECONDS).onFailure(failure -> {
            if (failure instanceof TimeoutException) {
                response.reset(ENHANCE_YOUR_CALM);
            }
        });
    }
}
