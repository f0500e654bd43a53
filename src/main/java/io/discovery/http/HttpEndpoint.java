package io.discovery.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A path with the handlers of its methods. All endpoints share the rules for HEAD, OPTIONS, other methods, bodies,
 * failures and metrics.
 *
 * @param path each segment is literal text, or a name after a colon, which stands for any text that is not empty
 * @param name in metrics
 * @param get null if it cannot be read
 * @param post null if nothing can be posted to it
 * @param bodyLimit bytes of a posted body
 * @param delete null if it cannot be deleted
 * @param label of a request in metrics
 */
public record HttpEndpoint(
        String path,
        String name,
        @Nullable Handling get,
        @Nullable Handling post,
        int bodyLimit,
        @Nullable Handling delete,
        Function<HttpServerRequest, String> label) {

    private static final String NAME = ":";
    private static final String ANY_SEGMENT = "[^/]+";

    /** A handler of one method. Called on the event loop of the request. */
    @FunctionalInterface
    public interface Handling {
        /**
         * Makes the response, whose future may complete on any thread. May throw what {@link ErrorResponses} knows, or
         * fail with it.
         */
        Future<Response> handle(EndpointRequest request);
    }

    /** Returns an endpoint without methods. */
    public static HttpEndpoint at(String path, String name) {
        return new HttpEndpoint(path, name, null, null, 0, null, request -> name);
    }

    /** Returns the endpoint with a handler of GET, and of HEAD. */
    public HttpEndpoint get(Handling handling) {
        return new HttpEndpoint(path, name, handling, post, bodyLimit, delete, label);
    }

    /** Returns the endpoint with a handler of POST. */
    public HttpEndpoint post(int bytesOfBody, Handling handling) {
        return new HttpEndpoint(path, name, get, handling, bytesOfBody, delete, label);
    }

    /** Returns the endpoint with a handler of DELETE. */
    public HttpEndpoint delete(Handling handling) {
        return new HttpEndpoint(path, name, get, post, bodyLimit, handling, label);
    }

    /** Returns the endpoint with labels that depend on the request. */
    public HttpEndpoint countedAs(Function<HttpServerRequest, String> labels) {
        return new HttpEndpoint(path, name, get, post, bodyLimit, delete, labels);
    }

    /** Returns the methods in the order in which OPTIONS lists them. */
    public List<String> methods() {
        List<String> methods = new ArrayList<>();
        if (get != null) {
            methods.addAll(List.of("GET", "HEAD"));
        }
        if (post != null) {
            methods.add("POST");
        }
        if (delete != null) {
            methods.add("DELETE");
        }
        methods.add("OPTIONS");
        return List.copyOf(methods);
    }

    /** Returns a regular expression of the encoded paths of the endpoint. It has no groups. */
    String regex() {
        return Stream.of(path.split("/", -1))
                .map(segment -> segment.startsWith(NAME) ? ANY_SEGMENT : Pattern.quote(segment))
                .collect(Collectors.joining("/"));
    }

    /** Returns the segments of a decoded path of the endpoint that stand at the names. */
    List<String> segments(String decodedPath) {
        String[] names = path.split("/", -1);
        String[] given = decodedPath.split("/", -1);
        List<String> segments = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            if (names[i].startsWith(NAME)) {
                segments.add(given[i]);
            }
        }
        return segments;
    }
}
