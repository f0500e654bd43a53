package io.discovery.http;

import io.discovery.connections.Connection;
import io.discovery.connections.Exchange;
import io.discovery.telemetry.Meters;
import io.vertx.core.Future;
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

/** Sends answers, counts them, and sees connections off that are to end. Safe for all threads. */
final class ResponseSender {

    private static final Logger log = LoggerFactory.getLogger(ResponseSender.class);

    /** How long the requests of an HTTP/2 connection may take that is to end. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);

    private final Meters meters;
    private final BooleanSupplier draining;

    /** @param draining whether the member is about to end */
    ResponseSender(Meters meters, BooleanSupplier draining) {
        this.meters = meters;
        this.draining = draining;
    }

    /**
     * Sends it, on the event loop of the request, and tells the exchange when the request has been answered.
     *
     * @param start of the request, {@link System#nanoTime}
     */
    void send(HttpServerRequest request, Exchange exchange, Response given, Route route, long start) {
        boolean wantsBody = !HttpMethod.HEAD.equals(request.method());
        Response answer = wantsBody && given.isEndless() && !exchange.waits(CrowdedResponses.bytesOf(request))
                ? CrowdedResponses.refusal(exchange)
                : given;
        long nanos = System.nanoTime() - start;
        meters.answered(route.name(), answer.status(), nanos);
        if (log.isTraceEnabled()) {
            log.trace("{} {} {} in {} us", request.method(), request.path(), answer.status(), nanos / 1_000);
        }
        HttpServerResponse response = request.response();
        ResponseWriter writer = new ResponseWriter(response, exchange);
        boolean goesOn = answer.stream() != null && wantsBody;
        try {
            if (response.closed() || response.ended() || exchange.isGone()) {
                goesOn = false;
                return;
            }
            boolean isLast = writeHead(request, answer);
            if (goesOn) {
                response.endHandler(ended -> exchange.answered()).setChunked(true);
                answer.begin(writer);
            } else {
                end(request, wantsBody ? writer.end(answer.body()) : writer.end(), route, isLast);
            }
        } catch (RuntimeException failed) {
            log.error("no answer to {} {}", request.method(), route, failed);
            request.connection().close();
        } finally {
            if (!goesOn) {
                exchange.answered();
            }
        }
    }

    /** Answers whether it is the last one of the connection. */
    private boolean writeHead(HttpServerRequest request, Response answer) {
        answer.writeHead(request.response());
        boolean isLast = answer.isLast() && request.version() != HttpVersion.HTTP_2;
        if (isLast || isLeaving(request, HttpVersion.HTTP_1_1)) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            Connection.of(request.connection()).lingers();
        }
        return isLast;
    }

    private boolean isLeaving(HttpServerRequest request, HttpVersion version) {
        return request.version() == version && draining.getAsBoolean();
    }

    private void end(HttpServerRequest request, Future<Void> sent, Route route, boolean isLast) {
        sent.onFailure(gone -> log.trace("the client of {} did not wait for the answer", route));
        if (isLast) {
            sent.onComplete(done -> request.connection().close());
        } else if (isLeaving(request, HttpVersion.HTTP_2)) {
            // GOAWAY: what the client sends from now on, it sends elsewhere; what it has sent is answered.
            request.connection().shutdown(LAST_ANSWERS.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
