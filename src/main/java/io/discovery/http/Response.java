package io.discovery.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A response with all of its headers, which many requests may get. Immutable, provided that the bytes of the body do
 * not change.
 *
 * @param body empty if there is none
 * @param stream writes the body bit by bit; null if {@code body} is all of it
 */
public record Response(
        int status,
        List<Header> headers,
        Buffer body,
        @Nullable Stream stream) {

    /** The writer of a body that goes on after the head. */
    public interface Stream {
        /**
         * Begins to write the body, whose writer ends it too. Called on the event loop of the request after the head.
         */
        void begin(ResponseWriter writer);

        /**
         * Returns whether the body goes on until something ends it, so that it takes a place among waiting requests.
         */
        default boolean isEndless() {
            return false;
        }
    }

    static final int NOT_MODIFIED = 304;
    static final int TIMED_OUT = 408;
    static final int TOO_LARGE = 413;

    private static final Header JSON = new Header(HttpHeaders.CONTENT_TYPE, "application/json");
    private static final String HTML = "text/html; charset=utf-8";
    private static final Buffer NOTHING = Buffer.buffer();
    private static final Response EMPTY_OBJECT = json(200, Buffer.buffer("{}\n"));
    private static final Response NO_CONTENT = json(204, NOTHING);

    /** A header, in the form that costs least to send. */
    public record Header(CharSequence name, CharSequence value) {

        public Header {
            name = HttpHeaders.createOptimized(name.toString());
            value = HttpHeaders.createOptimized(value.toString());
        }
    }

    public Response {
        headers = List.copyOf(headers);
    }

    public static Response json(int status, Buffer body) {
        return of(status, JSON, body);
    }

    private static Response of(int status, Header contentType, Buffer body) {
        return new Response(status, List.of(contentType, length(body)), body, null);
    }

    private static Response stream(List<Header> headers, Stream stream) {
        return new Response(200, headers, NOTHING, stream);
    }

    /** Returns a response with status 200 that goes on until its client or this member ends it. */
    public static Response endless(List<Header> headers, Consumer<ResponseWriter> begin) {
        return stream(headers, new Stream() {
            @Override
            public void begin(ResponseWriter writer) {
                begin.accept(writer);
            }

            @Override
            public boolean isEndless() {
                return true;
            }
        });
    }

    /**
     * Returns a long response with status 200, written bit by bit.
     *
     * @param pieces each is asked for on the event loop of the request, when the socket has taken the one before
     */
    public static Response jsonInPieces(Iterable<Buffer> pieces) {
        return stream(List.of(JSON), new ChunkedBody(pieces));
    }

    private static Header length(Buffer body) {
        return new Header(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    }

    public static Response ok(Buffer body) {
        return json(200, body);
    }

    public static Response emptyObject() {
        return EMPTY_OBJECT;
    }

    public static Response noContent() {
        return NO_CONTENT;
    }

    /** @param body not copied: many clients may hold it */
    public static Response text(String contentType, byte[] body) {
        return of(200, new Header(HttpHeaders.CONTENT_TYPE, contentType), wrapped(body));
    }

    static Response text(String contentType, String body) {
        return of(200, new Header(HttpHeaders.CONTENT_TYPE, contentType), Buffer.buffer(body));
    }

    /** Returns a body that shares the bytes of an array: {@link Buffer#buffer(byte[])} would copy them. */
    public static Buffer wrapped(byte[] body) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(body));
    }

    static Response html(int status, String body) {
        return of(status, new Header(HttpHeaders.CONTENT_TYPE, HTML), Buffer.buffer(body));
    }

    /** Returns the response to a client that has the current version already. */
    public static Response notModified() {
        return new Response(NOT_MODIFIED, List.of(), NOTHING, null);
    }

    /** Returns the response that leads a browser to another path of this member. */
    public static Response redirect(String path) {
        return nothing(302).with("Location", path);
    }

    private static Response nothing(int status) {
        return html(status, "");
    }

    static Response nothing() {
        return nothing(200);
    }

    /** Returns whether the request's body was not read to its end, after which its connection is of no use. */
    boolean isLast() {
        return status == TOO_LARGE || status == TIMED_OUT;
    }

    /** Returns the response in another coding (RFC 9110, 8.4). */
    public Response encoded(String coding, Buffer coded) {
        List<Header> all = new ArrayList<>(headers);
        all.removeIf(header -> header.name().toString().equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH.toString()));
        all.add(length(coded));
        all.add(new Header(HttpHeaders.CONTENT_ENCODING, coding));
        return new Response(status, all, coded, stream);
    }

    public Response with(CharSequence header, String value) {
        return with(List.of(new Header(header, value)));
    }

    public Response with(List<Header> more) {
        List<Header> all = new ArrayList<>(headers);
        all.addAll(more);
        return new Response(status, all, body, stream);
    }

    /** Writes status and headers, not the body. */
    void writeHead(HttpServerResponse response) {
        response.setStatusCode(status);
        for (Header header : headers) {
            response.headers().add(header.name(), header.value());
        }
    }

    /** Begins to write the body of a response that goes on. */
    void begin(ResponseWriter writer) {
        if (stream != null) {
            stream.begin(writer);
        }
    }

    boolean isEndless() {
        return stream != null && stream.isEndless();
    }
}
