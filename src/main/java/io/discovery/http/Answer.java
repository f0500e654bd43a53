package io.discovery.http;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is sent back.
 *
 * @param headers beside Content-Type and Content-Length
 */
record Answer(int status, String contentType, Buffer body, List<Map.Entry<String, String>> headers) {

    static final int NOT_MODIFIED = 304;
    static final int TIMED_OUT = 408;
    static final int TOO_LARGE = 413;

    private static final String JSON = "application/json";
    private static final String HTML = "text/html; charset=utf-8";
    private static final Buffer EMPTY_OBJECT = Buffer.buffer("{}\n");
    private static final Buffer NOTHING = Buffer.buffer();

    Answer {
        headers = List.copyOf(headers);
    }

    static Answer json(int status, Buffer body) {
        return new Answer(status, JSON, body, List.of());
    }

    static Answer ok(Buffer body) {
        return json(200, body);
    }

    static Answer emptyObject() {
        return json(200, EMPTY_OBJECT);
    }

    static Answer noContent() {
        return json(204, NOTHING);
    }

    static Answer text(String contentType, String body) {
        return new Answer(200, contentType, Buffer.buffer(body), List.of());
    }

    static Answer html(int status, String body) {
        return new Answer(status, HTML, Buffer.buffer(body), List.of());
    }

    /** The client has it already. */
    static Answer notModified() {
        return new Answer(NOT_MODIFIED, "", NOTHING, List.of());
    }

    static Answer nothing() {
        return new Answer(200, HTML, NOTHING, List.of());
    }

    /** Whether it answers a body that is not read to its end, after which a connection is of no use. */
    boolean isLast() {
        return status == TOO_LARGE || status == TIMED_OUT;
    }

    Answer with(String header, String value) {
        return with(List.of(Map.entry(header, value)));
    }

    Answer with(List<Map.Entry<String, String>> more) {
        List<Map.Entry<String, String>> all = new ArrayList<>(headers);
        all.addAll(more);
        return new Answer(status, contentType, body, all);
    }
}
