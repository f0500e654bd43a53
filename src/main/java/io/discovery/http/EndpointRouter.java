package io.discovery.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one place that finds the endpoint of a request. vertx-web does, for all endpoints but one: the endpoint of nearly
 * all requests, which a comparison of its path finds in a fraction of the time. A handler mounted on the router does
 * not see the requests of that one; {@link EndpointHandler} sees all. Thread-safe.
 */
final class EndpointRouter implements Handler<HttpServerRequest> {

    private final Vertx vertx;
    private final HttpEndpoint hot;
    private final String hotPrefix;
    private final Router router;
    private final EndpointHandler handler;

    /** @param hot one of the endpoints; its path ends with its only name */
    EndpointRouter(Vertx vertx, List<HttpEndpoint> endpoints, HttpEndpoint hot, EndpointHandler handler) {
        this.vertx = vertx;
        this.hot = hot;
        this.hotPrefix = hot.path().substring(0, hot.path().lastIndexOf('/') + 1);
        this.handler = handler;
        this.router = Router.router(vertx);
        endpoints.forEach(this::mount);
        router.errorHandler(404, context -> handler.notFound(context.request()));
        router.errorHandler(500, this::failed);
    }

    /**
     * Mounts an endpoint for all methods. Without normal form, in which vertx-web would remove dots and slashes; by an
     * expression without groups, for whose values it would parse the query too.
     */
    private void mount(HttpEndpoint endpoint) {
        router.routeWithRegex(endpoint.regex())
                .useNormalizedPath(false)
                .handler(context ->
                        handler.handle(context.request(), endpoint, endpoint.segments(decoded(context.request()))));
    }

    private static String decoded(HttpServerRequest routed) {
        return Objects.requireNonNull(RequestPath.decode(routed.path()), "a path that was encoded here");
    }

    @Override
    public void handle(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        String decoded = RequestPath.decode(path);
        if (decoded == null) {
            handler.malformed(request, path);
            return;
        }
        String segment = hotSegment(decoded);
        if (segment != null) {
            handler.handle(request, hot, List.of(segment));
        } else if (decoded.startsWith("/")) {
            router.handle(new RoutedRequest(request, RequestPath.encode(decoded)));
        } else {
            // The router would have an opinion of its own on them.
            handler.notFound(request);
        }
    }

    private @Nullable String hotSegment(String decoded) {
        int begin = hotPrefix.length();
        return decoded.length() > begin && decoded.startsWith(hotPrefix) && decoded.indexOf('/', begin) < 0
                ? decoded.substring(begin)
                : null;
    }

    /**
     * Reports a failure that its endpoint has not answered, as the event loop does without a router, and ends the
     * connection: it is unknown how far the exchange has come.
     */
    private void failed(RoutingContext context) {
        ((ContextInternal) vertx.getOrCreateContext()).reportException(context.failure());
        HttpServerResponse response = context.response();
        if (!response.headWritten()) {
            Response fault = ErrorResponses.fault();
            fault.writeHead(response);
            response.end(fault.body());
        }
        context.request().connection().close();
    }

    /** A request as the router is to see it. */
    private static final class RoutedRequest extends HttpServerRequestWrapper {
        private final String path;

        /** @param path decoded once as a whole, and encoded again by segments */
        RoutedRequest(HttpServerRequest request, String path) {
            super((HttpServerRequestInternal) request);
            this.path = path;
        }

        @Override
        public String path() {
            return path;
        }

        /** The router refuses a request of HTTP/1.1 without a valid Host; the seed did not. */
        @Override
        public boolean isValidAuthority() {
            return true;
        }
    }
}
