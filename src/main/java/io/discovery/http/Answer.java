package io.discovery.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * What is sent back, with all of its headers, made to be sent again and again. Immutable but for the body, which nobody
 * changes.
 *
 * @param body empty if there is none
 */
record Answer(int status, List<Header> headers, Buffer body) {

    static final int NOT_MODIFIED = 304;
    static final int TIMED_OUT = 408;
    static final int TOO_LARGE = 413;

    private static final Header JSON = new Header(HttpHeaders.CONTENT_TYPE, "application/json");
    private static final String HTML = "text/html; charset=utf-8";
    private static final Buffer NOTHING = Buffer.buffer();
    private static final Answer EMPTY_OBJECT = json(200, Buffer.buffer("{}\n"));
    private static final Answer NO_CONTENT = json(204, NOTHING);

    /** A header, in the form that costs least to send. */
    record Header(CharSequence name, CharSequence value) {

        Header {
            name = HttpHeaders.createOptimized(name.toString());
            value = HttpHeaders.createOptimized(value.toString());
        }
    }

    Answer {
        headers = List.copyOf(headers);
    }

    static Answer json(int status, Buffer body) {
        return of(status, JSON, body);
    }

    private static Answer of(int status, Header contentType, Buffer body) {
        return new Answer(status, List.of(contentType, length(body)), body);
    }

    private static Header length(Buffer body) {
        return new Header(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    }

    static Answer ok(Buffer body) {
        return json(200, body);
    }

    static Answer emptyObject() {
        return EMPTY_OBJECT;
    }

    static Answer noContent() {
        return NO_CONTENT;
    }

    static Answer text(String contentType, String body) {
        return of(200, new Header(HttpHeaders.CONTENT_TYPE, contentType), Buffer.buffer(body));
    }

    static Answer html(int status, String body) {
        return of(status, new Header(HttpHeaders.CONTENT_TYPE, HTML), Buffer.buffer(body));
    }

    /** The client has it already. */
    static Answer notModified() {
        return new Answer(NOT_MODIFIED, List.of(), NOTHING);
    }

    static Answer nothing() {
        return html(200, "");
    }

    /** Whether it answers a body that is not read to its end, after which a connection is of no use. */
    boolean isLast() {
        return status == TOO_LARGE || status == TIMED_OUT;
    }

    /** The same in another coding (RFC 9110, 8.4). */
    Answer encoded(String coding, Buffer coded) {
        List<Header> all = new ArrayList<>(headers);
        all.removeIf(header -> header.name().toString().equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH.toString()));
        all.add(length(coded));
        all.add(new Header(HttpHeaders.CONTENT_ENCODING, coding));
        return new Answer(status, all, coded);
    }

    Answer with(CharSequence header, String value) {
        return with(List.of(new Header(header, value)));
    }

    Answer with(List<Header> more) {
        List<Header> all = new ArrayList<>(headers);
        all.addAll(more);
        return new Answer(status, all, body);
    }

    /** Writes status and headers, not the body. */
    void writeHead(HttpServerResponse response) {
        response.setStatusCode(status);
        for (Header header : headers) {
            response.headers().add(header.name(), header.value());
        }
    }
}
