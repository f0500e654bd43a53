package io.discovery.member;

import io.discovery.directory.Directory;
import io.discovery.durability.BackendSync;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.HttpHandlers;
import io.discovery.http.HttpServerVerticle;
import io.discovery.http.ResponseWorkers;
import io.discovery.prometheus.Targets;
import io.discovery.subscription.EventLoopSubscriptions;
import io.discovery.telemetry.Statsd;
import io.discovery.v1.V1Api;
import io.discovery.watch.WatchEndpoints;
import io.discovery.xds.Xds;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The top floor of a member: the renderings for clients, and the servers for HTTP, gRPC and DNS. */
final class MemberServers {

    private static final int WORKERS = 2;

    private final int port;
    private final List<HttpEndpoint> endpoints;
    private final EventLoopSubscriptions polls;

    /**
     * Starts to serve.
     *
     * @throws io.discovery.http.CannotListenException if the port is taken
     * @throws io.discovery.dns.CannotServeDnsException if the port for DNS is taken
     */
    MemberServers(
            MemberAssembly assembly,
            MemberCluster joined,
            MemberRegistry registry,
            BackendSync backend,
            Statsd statsd) {
        Vertx vertx = joined.vertx();
        Directory directory = registry.directory();
        Xds xds = new Xds(vertx, directory, registry.subscriptions(), assembly.readiness(), assembly.heap());
        xds.register(assembly.meters());
        ResponseWorkers workers = new ResponseWorkers(vertx, WORKERS, registry.renderings());
        polls = new EventLoopSubscriptions(vertx, directory, registry.subscriptions());
        EventLoopSubscriptions watchers = new EventLoopSubscriptions(vertx, directory, registry.subscriptions());
        V1Api v1 = new V1Api(new V1Api.Services(
                assembly.settings(),
                registry.registry(),
                directory,
                assembly.readiness(),
                polls,
                statsd,
                workers,
                assembly.heap()));
        v1.register(assembly.meters());
        WatchEndpoints watching = new WatchEndpoints(vertx, watchers, directory, assembly.readiness(), v1::body);
        watching.register(assembly.meters());
        Targets targets = new Targets(directory, assembly.readiness());
        HttpHandlers handlers = HttpHandlers.of(
                new HttpHandlers.Routes(
                        Stream.of(v1.endpoints(), xds.endpoints(), watching.endpoints(), targets.endpoints())
                                .flatMap(List::stream)
                                .toList(),
                        v1.service(),
                        xds.grpc()),
                new HttpHandlers.Environment(
                        workers,
                        assembly.meters(),
                        assembly.readiness(),
                        joined.cluster(),
                        assembly.heap(),
                        backend::health,
                        assembly.settings().debug()));
        endpoints = handlers.endpoints();
        port = serve(assembly, vertx, handlers);
        assembly.onStop(xds::close);
        // Before HTTP stops, which waits for what is under way.
        assembly.onStop(watchers::close);
        assembly.onStop(polls::close);
        DnsServing.start(
                        vertx,
                        assembly.settings(),
                        directory,
                        assembly.readiness(),
                        joined.cluster(),
                        assembly.meters())
                .ifPresent(assembly::onStop);
    }

    private static int serve(MemberAssembly assembly, Vertx vertx, HttpHandlers handlers) {
        List<HttpServerVerticle> verticles = new ArrayList<>();
        DeploymentOptions eventLoops = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.EVENT_LOOP)
                .setInstances(Runtime.getRuntime().availableProcessors());
        String deployment = MemberVertx.await(vertx.deployVerticle(
                () -> {
                    HttpServerVerticle verticle =
                            new HttpServerVerticle(assembly.settings().http(), handlers);
                    verticles.add(verticle);
                    return verticle;
                },
                eventLoops));
        assembly.onStop(() -> MemberVertx.await(vertx.undeploy(deployment)));
        return verticles.get(0).port();
    }

    /** Returns the port of the HTTP server. */
    int port() {
        return port;
    }

    /** Returns all endpoints of the HTTP server. */
    List<HttpEndpoint> endpoints() {
        return endpoints;
    }

    /** Releases the clients that wait here for a change, so that they wait elsewhere. */
    void release() {
        polls.release();
    }
}
