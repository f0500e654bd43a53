package io.discovery.http;

import io.discovery.connections.Connections;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The whole body of a request, if it is not too large. */
final class Body {

    /** The largest body that is read: 64 kB. */
    static final int LIMIT = 64 * 1024;

    private Body() {}

    /**
     * Fails with 413 when the body is larger than {@link #LIMIT}, with 408 when it is not complete in time; what else of it
     * comes is read and forgotten.
     */
    static Future<Buffer> of(HttpServerRequest request) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        if (announced(request) > LIMIT) {
            request.handler(chunk -> {});
            return Future.failedFuture(tooLarge(request));
        }
        // The connection is gone, or closes: nobody hears this, but it is no fault of ours.
        request.exceptionHandler(broken -> whole.tryFail(
                new Failures.Refused(Failures.error(400, "body: broken off, or its chunks are malformed"))));
        request.handler(chunk -> {
            if (body.length() + chunk.length() > LIMIT) {
                whole.tryFail(tooLarge(request));
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> whole.tryComplete(body));
        return whole.future()
                .timeout(Connections.BODY_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> {
                    request.handler(chunk -> {});
                    return Future.failedFuture(failure instanceof TimeoutException ? late(body) : failure);
                });
    }

    private static Failures.Refused late(Buffer given) {
        return new Failures.Refused(Failures.error(
                Answer.TIMED_OUT,
                "body: given " + given.length() + " bytes in " + Connections.BODY_LIMIT.toSeconds()
                        + " s, expected all of it"));
    }

    private static long announced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException refusedByHttp) {
            return 0;
        }
    }

    private static Failures.Refused tooLarge(HttpServerRequest request) {
        String given = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return new Failures.Refused(Failures.error(
                Answer.TOO_LARGE,
                "body: given " + (given == null ? "more" : given + " bytes") + ", expected at most " + LIMIT
                        + " bytes"));
    }
}
