package io.discovery.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A path with the handlers of its methods. All endpoints share the rules for HEAD, OPTIONS, other methods, access,
 * bodies, failures and metrics.
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
        @Nullable Method get,
        @Nullable Method post,
        int bodyLimit,
        @Nullable Method delete,
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

    /**
     * A method of an endpoint.
     *
     * @param access grants that a request needs before its body is read
     */
    public record Method(Access access, Handling handling) {}

    /** Returns an endpoint without methods. */
    public static HttpEndpoint at(String path, String name) {
        return new HttpEndpoint(path, name, null, null, 0, null, request -> name);
    }

    /** Returns the endpoint with a handler of GET, and of HEAD. */
    public HttpEndpoint get(Access access, Handling handling) {
        return new HttpEndpoint(path, name, new Method(access, handling), post, bodyLimit, delete, label);
    }

    /** Returns the endpoint with a handler of POST. */
    public HttpEndpoint post(Access access, int bytesOfBody, Handling handling) {
        return new HttpEndpoint(path, name, get, new Method(access, handling), bytesOfBody, delete, label);
    }

    /** Returns the endpoint with a handler of DELETE. */
    public HttpEndpoint delete(Access access, Handling handling) {
        return new HttpEndpoint(path, name, get, post, bodyLimit, new Method(access, handling), label);
    }

    /** Returns the endpoint with labels that depend on the request. */
    public HttpEndpoint countedAs(Function<HttpServerRequest, String> labels) {
        return new HttpEndpoint(path, name, get, post, bodyLimit, delete, labels);
    }

    /** Returns the method that handles requests of this name; null if it is not one of this endpoint's. */
    @Nullable
    Method method(String requested) {
        return switch (requested) {
            case "GET", "HEAD" -> get;
            case "POST" -> post;
            case "DELETE" -> delete;
            default -> null;
        };
    }

    /** Returns the grants that each of its methods needs, by the method's name; without HEAD, which is as GET. */
    public Map<String, Access> accesses() {
        Map<String, Access> accesses = new TreeMap<>();
        for (String each : List.of("GET", "POST", "DELETE")) {
            Method method = method(each);
            if (method != null) {
                accesses.put(each, method.access());
            }
        }
        return accesses;
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
