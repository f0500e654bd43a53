package io.discovery.connections;

import io.vertx.core.http.HttpServerRequest;
import java.util.Map;

/** The heap that the head of a request takes while the request is in memory. Measured: src/docs/limits.md. */
public final class HeadCost {

    /** Bytes that a request takes beside its headers, until it is begun: its own objects, and those of its end. */
    static final long REQUEST = 400;
    /** Bytes that a header takes beside its characters; a client may send {@link Connections#MOST_HEADERS}. */
    static final long HEADER = 150;
    /** Bytes for each character: the text, and what a library made of it or read it from. */
    static final long CHARACTER = 2;

    private HeadCost() {}

    /** Returns the bytes of the path and all headers. */
    public static long of(HttpServerRequest request) {
        long bytes = CHARACTER * request.uri().length();
        for (Map.Entry<String, String> header : request.headers()) {
            bytes += HEADER
                    + CHARACTER * (header.getKey().length() + header.getValue().length());
        }
        return bytes;
    }
}
