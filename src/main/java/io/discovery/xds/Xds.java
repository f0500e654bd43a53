package io.discovery.xds;

import com.google.protobuf.Message;
import io.discovery.auth.Client;
import io.discovery.connections.Connections;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.http.Access;
import io.discovery.http.ClientLogLimit;
import io.discovery.http.EndpointRequest;
import io.discovery.http.GrpcHandler;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.Response;
import io.discovery.memory.HeapReserve;
import io.discovery.model.RegistryException.NotReady;
import io.discovery.subscription.EventLoopSubscriptions;
import io.discovery.subscription.Subscriptions;
import io.discovery.telemetry.Meters;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The xDS interface of a member: its gRPC services, its REST paths, and its shutdown. Thread-safe. */
public final class Xds implements AutoCloseable {

    /** Maximum bytes of a request: 20,000 names of an ordinary length. */
    static final int LARGEST_REQUEST = 4 << 20;

    private static final Duration PING_INTERVAL = Duration.ofSeconds(30);
    /** Divisor of the heap for unread responses, which take as much again while Netty writes them. */
    private static final long ANSWERS_SHARE = 16;
    /** Divisor of the heap for answers over REST under construction or on their way. */
    private static final long REST_SHARE = 32;
    /** Divisor of the heap for what open streams hold. */
    private static final long HELD_SHARE = 4;
    /** Divisor of the heap for unfinished requests. */
    private static final long ARRIVING_SHARE = 16;

    /**
     * The request whose stream the library is opening: it calls the handler synchronously, but does not pass the
     * request.
     */
    private static final ThreadLocal<Opening> OPENING = new ThreadLocal<>();

    /** A call, and the client that makes it. */
    private record Opening(HttpServerRequest request, Client client) {}

    private final Vertx vertx;
    private final EventLoopSubscriptions subscriptions;
    private final Readiness readiness;
    private final Endpoints endpoints = new Endpoints();
    private final Resources resources;
    private final ClientLogLimit log = new ClientLogLimit(LoggerFactory.getLogger(Xds.class), System::nanoTime);
    private final XdsMetrics metrics = new XdsMetrics(log);
    private final ConnectedClients clients;
    private final Rest rest;
    private final StreamLimits limits;

    /** @param heap the heap whose shortage shrinks all budgets */
    public Xds(Vertx vertx, Directory directory, Subscriptions subscriptions, Readiness readiness, HeapReserve heap) {
        this(
                vertx,
                directory,
                subscriptions,
                readiness,
                new StreamLimits(
                        PING_INTERVAL,
                        Connections.TAKING_LIMIT,
                        MemoryBudget.passing(share(ANSWERS_SHARE), heap),
                        MemoryBudget.lasting(share(HELD_SHARE), heap),
                        MemoryBudget.passing(share(ARRIVING_SHARE), heap)),
                MemoryBudget.passing(share(REST_SHARE), heap));
    }

    /** @param answersByRest memory for answers under construction or on their way */
    Xds(
            Vertx vertx,
            Directory directory,
            Subscriptions subscriptions,
            Readiness readiness,
            StreamLimits limits,
            MemoryBudget answersByRest) {
        this.vertx = vertx;
        this.subscriptions = new EventLoopSubscriptions(vertx, directory, subscriptions);
        this.readiness = readiness;
        this.resources = new Resources(directory, endpoints);
        this.clients = new ConnectedClients(metrics, log);
        this.rest = new Rest(vertx, resources, readiness, answersByRest, metrics);
        this.limits = limits;
    }

    private static long share(long share) {
        return Runtime.getRuntime().maxMemory() / share;
    }

    public void register(Meters meters) {
        meters.gauge("discovery.xds.streams", clients::count);
        meters.gauge("discovery.xds.streams.waiting", limits.responses()::waiting);
        meters.gauge("discovery.xds.arriving.bytes", limits.arriving()::taken);
        meters.gauge("discovery.xds.unread.bytes", limits.responses()::taken);
        meters.gauge("discovery.xds.rest.bytes", rest::taken);
        meters.gauge("discovery.xds.held.bytes", limits.held()::taken);
        meters.counter("discovery.xds.hosts.left.out", endpoints::leftOut);
        metrics.register(meters);
    }

    /** Returns the open streams. */
    ConnectedClients clients() {
        return clients;
    }

    /** Returns the paths for REST and for the list of clients. */
    public List<HttpEndpoint> endpoints() {
        List<HttpEndpoint> all = new ArrayList<>();
        for (ResourceType type : ResourceType.values()) {
            all.add(HttpEndpoint.at("/v3/discovery:" + type.plural(), "xds_" + type.plural())
                    .post(Access.READ_SOME, Rest.BODY_LIMIT, request -> rest(type, request)));
        }
        all.add(HttpEndpoint.at("/v1/xds/clients", "xds_clients").get(Access.ADMIN, request -> clients.page()));
        return all;
    }

    private Future<Response> rest(ResourceType type, EndpointRequest request) {
        String why = readiness.whyNoReads();
        return why == null ? rest.respond(type, request) : Future.failedFuture(new NotReady(why));
    }

    /** Returns the number of open streams. */
    public int streams() {
        return clients.count();
    }

    /**
     * Describes open streams; completes on any thread.
     *
     * @param most streams that are described at most
     * @param characters after which no further stream is described
     */
    public Future<ClientRows> describe(int most, int characters) {
        return ClientsPage.rows(clients.all(), most, characters);
    }

    /** Returns the handler of gRPC calls. */
    public GrpcHandler grpc() {
        GrpcServer server = GrpcServer.server(
                vertx,
                new GrpcServerOptions()
                        .setMaxMessageSize(LARGEST_REQUEST)
                        .removeEnabledProtocol(GrpcProtocol.WEB)
                        .removeEnabledProtocol(GrpcProtocol.WEB_TEXT)
                        .removeEnabledProtocol(GrpcProtocol.TRANSCODING));
        serve(server, "envoy.service.discovery.v3", "AggregatedDiscoveryService", "AggregatedResources", null);
        serve(server, "envoy.service.cluster.v3", "ClusterDiscoveryService", "Clusters", ResourceType.CLUSTER);
        serve(server, "envoy.service.endpoint.v3", "EndpointDiscoveryService", "Endpoints", ResourceType.ENDPOINT);
        serve(server, "envoy.service.listener.v3", "ListenerDiscoveryService", "Listeners", ResourceType.LISTENER);
        serve(server, "envoy.service.route.v3", "RouteDiscoveryService", "Routes", ResourceType.ROUTE);
        return (request, client) -> {
            OPENING.set(new Opening(request, client));
            try {
                server.handle(request);
            } finally {
                OPENING.remove();
            }
        };
    }

    /** @param type of all streams of the service; null if each has all types */
    private void serve(GrpcServer server, String pack, String service, String methods, @Nullable ResourceType type) {
        ServiceName name = ServiceName.create(pack, service);
        ServiceMethod<DiscoveryRequest, DiscoveryResponse> whole = ServiceMethod.server(
                name,
                "Stream" + methods,
                GrpcMessageEncoder.encoder(),
                GrpcMessageDecoder.decoder(DiscoveryRequest.getDefaultInstance()));
        ServiceMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = ServiceMethod.server(
                name,
                "Delta" + methods,
                GrpcMessageEncoder.encoder(),
                GrpcMessageDecoder.decoder(DeltaDiscoveryRequest.getDefaultInstance()));
        server.callHandler(
                whole,
                call -> open(
                        call,
                        readable -> new StreamKind<>(
                                whole.decoder(), interest -> new StateOfTheWorld(readable, interest, metrics, type))));
        server.callHandler(
                delta,
                call -> open(
                        call,
                        readable -> new StreamKind<>(
                                delta.decoder(), interest -> new DeltaProtocol(readable, interest, metrics, type))));
    }

    /** @param kinds makes the kind of a stream whose client may read these resources */
    private <Q, R extends Message> void open(
            GrpcServerRequest<Q, R> call, Function<Resources, StreamKind<Q, R>> kinds) {
        Opening opening = OPENING.get();
        HttpServerRequest request = opening.request();
        String why = readiness.whyNoReads();
        if (why != null) {
            refuse(call, request, GrpcStatus.UNAVAILABLE, why);
            return;
        }
        if (limits.held().isFull()) {
            metrics.refused();
            XdsRejectedException refusal = XdsRejectedException.noMemory(
                    "one more stream", limits.held().whyScarce());
            refuse(call, request, refusal.status(), refusal.getMessage());
            return;
        }
        StreamKind<Q, R> kind =
                kinds.apply(resources.readableWith(opening.client().identity().grants()));
        XdsStream<Q, R> stream = new XdsStream<>(vertx, call, request, subscriptions.here(), kind, limits, clients);
        clients.add(stream);
        stream.begin();
    }

    private static void refuse(GrpcServerRequest<?, ?> call, HttpServerRequest request, GrpcStatus status, String why) {
        XdsStream.end(call.response(), request, status, why);
    }

    /** Ends all streams, and future ones when they subscribe, so that clients go to another member. */
    @Override
    public void close() {
        subscriptions.close();
        // A stream may have no subscription.
        clients.all().forEach(XdsStream::stopSoon);
    }
}
