package io.discovery.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path that another package answers, under the rules of all: methods, HEAD and OPTIONS, bodies, failures, meters.
 *
 * @param path as it stands, decoded; if it ends with a slash, one segment more follows it, which is not empty
 * @param name in metrics
 * @param methods of GET and POST
 * @param handling called on any event loop
 */
public record HttpEndpoint(String path, String name, List<String> methods, Handling handling) implements Route {

    /** Bytes of a body: an Envoy (1.40) sends 77 kB, most of it names of its extensions. */
    static final int BODY_LIMIT = 1024 * 1024;

    /** What makes an answer of a request. A failure of {@code model} is answered by the one table of failures. */
    public interface Handling {
        /** @param segment what follows the path; null if nothing may */
        Future<Response> answer(HttpServerRequest request, @Nullable String segment, Buffer body);
    }

    public HttpEndpoint {
        methods = List.copyOf(methods);
    }

    /** A path to be read. */
    public static HttpEndpoint get(String path, String name, Handling handling) {
        return new HttpEndpoint(path, name, List.of("GET", "HEAD", "OPTIONS"), handling);
    }

    /** A path to which something is sent, of at most {@link #BODY_LIMIT}. */
    public static HttpEndpoint post(String path, String name, Handling handling) {
        return new HttpEndpoint(path, name, WRITE_METHODS, handling);
    }

    /** Whether the path is this one. */
    boolean leadsTo(String decodedPath) {
        return path.endsWith("/")
                ? decodedPath.startsWith(path) && isSegment(decodedPath.substring(path.length()))
                : decodedPath.equals(path);
    }

    private static boolean isSegment(String text) {
        return !text.isEmpty() && text.indexOf('/') < 0;
    }

    @Nullable
    String segmentOf(String decodedPath) {
        return path.endsWith("/") ? decodedPath.substring(path.length()) : null;
    }
}
