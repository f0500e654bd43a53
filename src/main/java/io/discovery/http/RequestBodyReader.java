package io.discovery.http;

import io.discovery.connections.Connections;
import io.discovery.memory.HeapReserve;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The reader of requests' bodies: whole, with a limit for each and one for all. When all together would exceed theirs,
 * the reader gives up an unfinished body, the one that it has waited for longest. Thread-safe.
 */
final class RequestBodyReader {

    private final Vertx vertx;
    private final long mostHeld;
    private final HeapReserve heap;
    private final AtomicLong held = new AtomicLong();
    /** Unfinished bodies, the one awaited for longest first. */
    private final Set<Reading> arriving = Collections.synchronizedSet(new LinkedHashSet<>());

    /**
     * @param mostHeld maximum bytes of all bodies that are being received or used
     * @param heap the heap that they take
     */
    RequestBodyReader(Vertx vertx, long mostHeld, HeapReserve heap) {
        this.vertx = vertx;
        this.mostHeld = mostHeld;
        this.heap = heap;
    }

    /**
     * Reads the body of a request and passes it on. Fails with 413 when the body is larger than the limit, with 408
     * when it is not whole in time, with 503 when there are too many; the rest of it is then read and dropped.
     *
     * @param limit in bytes
     */
    Future<Response> use(HttpServerRequest request, int limit, Function<Buffer, Future<Response>> use) {
        if (announced(request) > limit) {
            request.handler(chunk -> {});
            return Future.failedFuture(tooLarge(request, limit));
        }
        Reading reading = new Reading(request, limit);
        return reading.whole().compose(use).onComplete(done -> reading.forget());
    }

    /**
     * Returns the bytes of all bodies that are being received or used, and of the requests whose bodies are awaited.
     */
    long held() {
        return held.get();
    }

    /** Takes room for more bytes, that of other bodies if necessary. */
    private boolean take(long more, Reading reading) {
        while (held.addAndGet(more) > heap.passing(mostHeld)) {
            held.addAndGet(-more);
            Reading longest = longestArriving();
            if (longest == null || longest == reading) {
                return false;
            }
            longest.giveUp();
        }
        reading.taken.addAndGet(more);
        return true;
    }

    private @Nullable Reading longestArriving() {
        synchronized (arriving) {
            Iterator<Reading> all = arriving.iterator();
            Reading longest = all.hasNext() ? all.next() : null;
            if (longest != null) {
                all.remove();
            }
            return longest;
        }
    }

    private ErrorResponses.Refused noRoom() {
        String scarce = heap.whyScarce();
        return new ErrorResponses.Refused(
                ErrorResponses.unavailable("overloaded: the bodies of other requests take all the room there is"
                        + (scarce == null ? "" : ", which is less than otherwise, since " + scarce)
                        + "; send it again"));
    }

    /** A body while it is read and used. */
    private final class Reading {
        private final HttpServerRequest request;
        private final int limit;
        private final Promise<Buffer> whole = Promise.promise();
        private final Buffer body = Buffer.buffer();
        private final Context context = vertx.getOrCreateContext();
        /** Its bytes of {@link #held}. */
        private final AtomicLong taken = new AtomicLong();
        /**
         * Set once the end was told: each stream of the connection that ends tells it again, and each would be queued.
         */
        private boolean isBroken;

        Reading(HttpServerRequest request, int limit) {
            this.request = request;
            this.limit = limit;
        }

        Future<Buffer> whole() {
            request.exceptionHandler(broken -> breakOff());
            request.handler(this::append);
            request.endHandler(end -> whole.tryComplete(body));
            // As a rule the whole body comes with the head, and is here by then.
            vertx.runOnContext(next -> awaitRest());
            return whole.future().onFailure(failed -> dropRest());
        }

        private void dropRest() {
            // A stream of HTTP/2 that its client has reset takes no handler.
            if (!request.isEnded()) {
                request.handler(chunk -> {});
            }
        }

        /**
         * Fails because the connection is gone, or closes. No client gets the response, but it is not an internal error
         * either. Over HTTP/2 later: the end of a connection would be told to the next of its streams in the midst of
         * the last one's response, and so on.
         */
        private void breakOff() {
            if (isBroken) {
                return;
            }
            isBroken = true;
            ErrorResponses.Refused refusal = new ErrorResponses.Refused(
                    ErrorResponses.error(400, "body: broken off, or its chunks are malformed"));
            if (request.version() == HttpVersion.HTTP_2) {
                context.runOnContext(later -> whole.tryFail(refusal));
            } else {
                whole.tryFail(refusal);
            }
        }

        private void awaitRest() {
            if (whole.future().isComplete()) {
                return;
            }
            if (take(CrowdedResponses.bytesOf(request), this)) {
                arriving.add(this);
                long timer = vertx.setTimer(Connections.BODY_LIMIT.toMillis(), late -> whole.tryFail(late(body)));
                whole.future().onComplete(done -> {
                    vertx.cancelTimer(timer);
                    arriving.remove(this);
                });
            } else {
                whole.tryFail(noRoom());
            }
        }

        private void append(Buffer chunk) {
            if (body.length() + chunk.length() > limit) {
                whole.tryFail(tooLarge(request, limit));
            } else if (!RequestBodyReader.this.take(chunk.length(), this)) {
                whole.tryFail(noRoom());
            } else {
                body.appendBuffer(chunk);
            }
        }

        /** Gives its room to another body. May be called on any thread. */
        void giveUp() {
            forget();
            context.runOnContext(now -> whole.tryFail(noRoom()));
        }

        void forget() {
            held.addAndGet(-taken.getAndSet(0));
        }
    }

    private static ErrorResponses.Refused late(Buffer given) {
        return new ErrorResponses.Refused(ErrorResponses.error(
                Response.TIMED_OUT,
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

    private static ErrorResponses.Refused tooLarge(HttpServerRequest request, int limit) {
        String given = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return new ErrorResponses.Refused(ErrorResponses.error(
                Response.TOO_LARGE,
                "body: given " + (given == null ? "more" : given + " bytes") + ", expected at most " + limit
                        + " bytes"));
    }
}
