package io.discovery.http;

import io.discovery.connections.Connection;
import io.discovery.connections.Connections;
import io.discovery.telemetry.Meters;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** A handler of bytes that are not a valid request: it responds in JSON like any refusal, and ends the connection. */
final class InvalidRequestHandler implements Handler<HttpServerRequest> {

    private static final String ROUTE = "none";

    private final Meters meters;

    InvalidRequestHandler(Meters meters) {
        this.meters = meters;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Connection.of(request.connection()).lingers();
        Response response = response(request.decoderResult().cause());
        meters.answered(ROUTE, response.status(), 0);
        response.writeHead(request.response());
        request.response()
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end(response.body())
                .onComplete(done -> request.connection().close());
    }

    private static Response response(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return ErrorResponses.error(
                    414, "request line: expected at most " + HttpServerVerticle.LONGEST_LINE + " bytes");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return ErrorResponses.error(
                    431,
                    "headers: expected at most " + Connections.MOST_HEADERS + ", of " + HttpServerVerticle.LARGEST_HEAD
                            + " bytes in all");
        }
        return ErrorResponses.error(400, "request: given what is no HTTP/1.1, expected a request line and headers");
    }
}
