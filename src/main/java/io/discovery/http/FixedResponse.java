package io.discovery.http;

import io.vertx.core.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * A response whose body is the same for as long as the member runs: a file of the program. A client that has it gets 304,
 * a client that accepts gzip gets it compressed. Immutable; all clients share its bytes.
 *
 * @param unchanged for clients that have it
 */
public record FixedResponse(String tag, Response plain, Response gzip, Response unchanged) {

    private static final int TAG_BYTES = 16;

    /**
     * Makes the response, and compresses it: not on an event loop.
     *
     * @param body not copied
     * @param more headers beside those of caching
     */
    public static FixedResponse of(String contentType, byte[] body, List<Response.Header> more) {
        // Weak: gzip has other bytes.
        String tag = "W/\"" + digest(body) + '"';
        List<Response.Header> headers = new ArrayList<>(more);
        headers.add(new Response.Header(HttpHeaders.ETAG, tag));
        headers.add(new Response.Header(HttpHeaders.VARY, "Accept-Encoding"));
        // Members of two versions may stand behind one name: a client asks each time whether the file is still the one.
        headers.add(new Response.Header(HttpHeaders.CACHE_CONTROL, "no-cache"));
        Response plain = Response.text(contentType, body).with(headers);
        return new FixedResponse(
                tag,
                plain,
                plain.encoded("gzip", Response.wrapped(compressed(body))),
                Response.notModified().with(headers));
    }

    /** Returns the response to a request. */
    public Response to(EndpointRequest request) {
        RequestPreconditions wanted = new RequestPreconditions(request.http().headers());
        if (wanted.hasAlready(tag)) {
            return unchanged;
        }
        return wanted.gzip() ? gzip : plain;
    }

    private static String digest(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return HexFormat.of().formatHex(digest, 0, TAG_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] compressed(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
