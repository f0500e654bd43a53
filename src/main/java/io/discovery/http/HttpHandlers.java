package io.discovery.http;

import io.discovery.directory.Readiness;
import io.discovery.memory.HeapReserve;
import io.discovery.registry.Membership;
import io.discovery.telemetry.Meters;
import io.discovery.telemetry.RequestTracing;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The handlers of an HTTP server, for all of its event loops. Thread-safe.
 *
 * @param endpoints all endpoints
 * @param requests handles requests
 * @param invalidRequests handles bytes that are not valid HTTP
 */
public record HttpHandlers(
        List<HttpEndpoint> endpoints, Handler<HttpServerRequest> requests, Handler<HttpServerRequest> invalidRequests) {

    /** Divisor of the heap for the bodies of requests. */
    private static final int BODIES_SHARE = 16;

    public HttpHandlers {
        endpoints = List.copyOf(endpoints);
    }

    /**
     * The routes of other packages.
     *
     * @param endpoints beside those for health
     * @param hot the one of them that gets nearly all requests; its path ends with its only name
     * @param grpc handles calls of gRPC
     */
    public record Routes(List<HttpEndpoint> endpoints, HttpEndpoint hot, GrpcHandler grpc) {

        public Routes {
            endpoints = List.copyOf(endpoints);
        }
    }

    /**
     * The member around the HTTP server.
     *
     * @param heap the heap that bodies of requests take
     * @param health fields that responses on health add
     * @param debug whether a response to an internal error tells the cause
     * @param tracing null if the member does not trace
     */
    public record Environment(
            ResponseWorkers workers,
            Meters meters,
            Readiness readiness,
            Membership membership,
            ClientControl clients,
            HeapReserve heap,
            Supplier<Map<String, Object>> health,
            boolean debug,
            @Nullable RequestTracing tracing) {}

    /** Builds the handlers. */
    public static HttpHandlers of(Routes routes, Environment environment) {
        Meters meters = environment.meters();
        Readiness readiness = environment.readiness();
        HealthEndpoints health = new HealthEndpoints(
                readiness,
                environment.membership(),
                environment.workers().shared(() -> HealthEndpoints.scraped(meters)),
                environment.health());
        List<HttpEndpoint> endpoints = Stream.of(health.endpoints(), routes.endpoints())
                .flatMap(List::stream)
                .toList();
        RequestBodyReader bodies = new RequestBodyReader(
                environment.workers().vertx(), Runtime.getRuntime().maxMemory() / BODIES_SHARE, environment.heap());
        meters.gauge("discovery.bodies.bytes", bodies::held);
        ClientControl clients = environment.clients();
        clients.register(meters);
        EndpointHandler handler = new EndpointHandler(
                clients,
                bodies,
                new ErrorResponses(environment.debug()),
                new ResponseSender(meters, clients, readiness::isDraining),
                meters,
                environment.tracing());
        GrpcEntry grpc = new GrpcEntry(clients, routes.grpc());
        EndpointRouter router = new EndpointRouter(environment.workers().vertx(), endpoints, routes.hot(), handler);
        return new HttpHandlers(
                endpoints, new RequestHandler(grpc, router, handler), new InvalidRequestHandler(meters));
    }
}
