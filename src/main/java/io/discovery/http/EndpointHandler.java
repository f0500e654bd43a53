package io.discovery.http;

import io.discovery.connections.Connection;
import io.discovery.connections.Exchange;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.telemetry.Meters;
import io.discovery.telemetry.RequestTracing;
import io.discovery.telemetry.RequestTracing.RequestSpan;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way of each request of HTTP from its endpoint to its response: method, body, handler, errors. A check that all
 * requests must pass belongs here: the {@link EndpointRouter} has more than one way to an endpoint, and each leads
 * here.
 */
final class EndpointHandler {

    /** The label of requests without an endpoint. */
    private static final String NO_ENDPOINT = "none";

    /** The value of X-Requested-With by which scripts of a page make themselves known. */
    private static final String SCRIPT = "XMLHttpRequest";

    private static final Buffer NO_BODY = Buffer.buffer();

    private final ClientControl clients;
    private final AdmittedRequests admitted;
    private final RequestBodyReader bodies;
    private final ErrorResponses errors;
    private final ResponseSender sender;
    private final @Nullable RequestTracing tracing;

    /**
     * A request as metrics and traces see it.
     *
     * @param segments of the path
     * @param endpoint null if there is none for the path
     */
    private record Target(
            String label, List<String> segments, @Nullable HttpEndpoint endpoint) {

        static final Target NONE = new Target(NO_ENDPOINT, List.of(), null);
    }

    /**
     * @param meters get the counts of admitted requests
     * @param tracing null if this member does not trace
     */
    EndpointHandler(
            ClientControl clients,
            RequestBodyReader bodies,
            ErrorResponses errors,
            ResponseSender sender,
            Meters meters,
            @Nullable RequestTracing tracing) {
        this.clients = clients;
        this.admitted = new AdmittedRequests();
        admitted.register(meters);
        this.bodies = bodies;
        this.errors = errors;
        this.sender = sender;
        this.tracing = tracing;
    }

    /** @param segments of the path, as {@link HttpEndpoint#segments} returns them */
    void handle(HttpServerRequest request, HttpEndpoint endpoint, List<String> segments) {
        respond(
                request,
                new Target(endpoint.label().apply(request), segments, endpoint),
                exchange -> dispatch(
                        endpoint, new EndpointRequest(request, exchange, clients.trusted(request), segments, NO_BODY)));
    }

    /** Responds to a request for a path without an endpoint. */
    void notFound(HttpServerRequest request) {
        respond(request, Target.NONE, exchange -> Future.succeededFuture(ErrorResponses.notFound()));
    }

    /** Responds to a request whose path is not percent-encoded UTF-8. */
    void malformed(HttpServerRequest request, String path) {
        respond(
                request,
                Target.NONE,
                exchange -> Future.failedFuture(new InvalidParameter("path", path, "percent-encoded UTF-8")));
    }

    /** Responds to a call of gRPC that is refused. */
    void refuse(HttpServerRequest request, Exchange exchange, Response refusal) {
        sender.send(request, exchange, refusal, NO_ENDPOINT, System.nanoTime());
    }

    private void respond(HttpServerRequest request, Target target, Function<Exchange, Future<Response>> handling) {
        long start = System.nanoTime();
        Exchange exchange = begin(request);
        if (exchange == null) {
            return;
        }
        RequestSpan span = tracing == null ? null : span(tracing, request, target.endpoint());
        Future<Response> response;
        try {
            response = handling.apply(exchange);
        } catch (RuntimeException refused) {
            response = Future.failedFuture(refused);
        }
        ContextInternal loop = ((HttpServerRequestInternal) request).context();
        response.onComplete(made -> {
            Response given = made.succeeded() ? made.result() : failed(request, target, made.cause());
            // A future that several requests share, or that times out, completes on another thread.
            loop.execute(() -> {
                sender.send(request, exchange, given, target.label(), start);
                if (span != null) {
                    span.end(given.status());
                }
            });
        });
    }

    /** Begins the span of a request; there is none for probes and others that are open to all, and for scrapes. */
    private static @Nullable RequestSpan span(
            RequestTracing tracing, HttpServerRequest request, @Nullable HttpEndpoint endpoint) {
        HttpEndpoint.Method method =
                endpoint == null ? null : endpoint.method(request.method().name());
        if (endpoint == null || method == null || method.access() == Access.OPEN) {
            return null;
        }
        return endpoint.path().equals(HealthEndpoints.METRICS) ? null : tracing.begin(request, endpoint.path());
    }

    private Response failed(HttpServerRequest request, Target target, Throwable failure) {
        Response response = errors.of(failure, target.label());
        clients.refused(request, target.segments(), failure, Integer.toString(response.status()));
        return SCRIPT.equals(request.getHeader("X-Requested-With")) ? ErrorResponses.withoutDialog(response) : response;
    }

    /** Begins the exchange of a request whose head is whole; returns null if its client is unreachable. */
    static @Nullable Exchange begin(HttpServerRequest request) {
        Exchange exchange = Connection.of(request.connection()).requestBegan();
        if (exchange.isGone()) {
            return null;
        }
        request.end().onComplete(whole -> exchange.bodyRead(), broken -> broken(request, exchange));
        return exchange;
    }

    /** Over HTTP/1.1 a body may be malformed on a connection that is still open. */
    private static void broken(HttpServerRequest request, Exchange exchange) {
        if (request.version() == HttpVersion.HTTP_2) {
            exchange.brokenOff();
        } else {
            exchange.bodyRead();
        }
    }

    private Future<Response> dispatch(HttpEndpoint endpoint, EndpointRequest request) {
        String name = request.http().method().name();
        HttpEndpoint.Method method = endpoint.method(name);
        if (method == null) {
            return name.equals("OPTIONS") ? Future.succeededFuture(options(endpoint)) : wrongMethod(endpoint);
        }
        if (!method.equals(endpoint.get()) && !method.access().isRead()) {
            ForeignPages.refuse(request.http());
        }
        if (method.access() == Access.OPEN) {
            return handle(endpoint, method, request);
        }
        return clients.identify(request.http(), caller -> admit(endpoint, method, request.by(caller)));
    }

    private Future<Response> admit(HttpEndpoint endpoint, HttpEndpoint.Method method, EndpointRequest request) {
        if (request.isGone()) {
            // While its proof was checked.
            return Future.succeededFuture(Response.nothing());
        }
        method.access().require(request);
        clients.count(method.access(), request.caller());
        return admitted.count(method.access(), () -> answer(endpoint, method, request));
    }

    private Future<Response> answer(HttpEndpoint endpoint, HttpEndpoint.Method method, EndpointRequest request) {
        Future<Response> made = handle(endpoint, method, request);
        boolean hasWaited = !made.isComplete() && !method.access().isWrite();
        return made.map(response -> {
            if (hasWaited && !clients.holds(request.caller())) {
                throw clients.noLongerHolds(request.caller());
            }
            if (response.isEndless()) {
                clients.streamBegan(request);
            }
            return response;
        });
    }

    private Future<Response> handle(HttpEndpoint endpoint, HttpEndpoint.Method method, EndpointRequest request) {
        return method.equals(endpoint.post())
                ? bodies.use(
                        request.http(),
                        endpoint.bodyLimit(),
                        body -> method.handling().handle(request.with(body)))
                : method.handling().handle(request);
    }

    private static Future<Response> wrongMethod(HttpEndpoint endpoint) {
        return Future.succeededFuture(ErrorResponses.wrongMethod(endpoint));
    }

    private static Response options(HttpEndpoint endpoint) {
        return Response.nothing().with("Allow", String.join(", ", endpoint.methods()));
    }
}
