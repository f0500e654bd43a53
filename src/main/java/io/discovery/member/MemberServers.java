package io.discovery.member;

import io.discovery.audit.AuditLog;
import io.discovery.config.Settings;
import io.discovery.durability.BackendSync;
import io.discovery.http.ClientControl;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.HttpHandlers;
import io.discovery.http.HttpListener;
import io.discovery.http.HttpServerVerticle;
import io.discovery.http.ResponseWorkers;
import io.discovery.telemetry.Statsd;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** The top floor of a member: the servers for HTTP, gRPC and DNS. */
final class MemberServers {

    private static final int WORKERS = 2;

    private final int port;
    private final List<HttpEndpoint> endpoints;
    private final MemberRenderings renderings;

    /**
     * Starts to serve.
     *
     * @throws io.discovery.auth.AuthFile.UnusableAuthFileException if AUTH_FILE cannot be used
     * @throws io.discovery.http.CannotListenException if the port is taken
     * @throws io.discovery.dns.CannotServeDnsException if the port for DNS is taken
     */
    MemberServers(
            MemberAssembly assembly,
            MemberCluster joined,
            MemberRegistry registry,
            BackendSync backend,
            MemberTracing tracing,
            Statsd statsd,
            AuditLog audit) {
        Vertx vertx = joined.vertx();
        ResponseWorkers workers = new ResponseWorkers(vertx, WORKERS, registry.renderings());
        renderings = new MemberRenderings(assembly, vertx, registry, workers, statsd, audit);
        ClientControl clients = ClientAuth.begin(assembly, vertx, audit);
        MemberReports reports = new MemberReports(joined, registry.renderings(), clients, renderings.xds());
        HttpHandlers handlers = HttpHandlers.of(
                renderings.routes(reports.endpoints()),
                new HttpHandlers.Environment(
                        workers,
                        assembly.meters(),
                        assembly.readiness(),
                        joined.cluster(),
                        clients,
                        assembly.heap(),
                        backend::health,
                        assembly.settings().debug(),
                        tracing.requests()));
        endpoints = handlers.endpoints();
        Settings.Http http = assembly.settings().http();
        port = serve(assembly, vertx, handlers, HttpListener.forClients(http));
        http.tls()
                .filter(tls -> tls.plainPort() != 0)
                .ifPresent(tls -> serve(assembly, vertx, handlers, HttpListener.plain(tls)));
        reports.begin(assembly, registry, backend, port);
        // Before HTTP stops, which waits for requests under way.
        assembly.onStop(renderings::close);
        DnsServing.start(assembly, joined, registry.directory());
    }

    private static int serve(MemberAssembly assembly, Vertx vertx, HttpHandlers handlers, HttpListener listener) {
        List<HttpServerVerticle> verticles = new ArrayList<>();
        DeploymentOptions eventLoops = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.EVENT_LOOP)
                .setInstances(Runtime.getRuntime().availableProcessors());
        String deployment = MemberVertx.await(vertx.deployVerticle(
                () -> {
                    HttpServerVerticle verticle = new HttpServerVerticle(listener, handlers);
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

    /** Answers the clients that wait for a change, so that they wait at another member. */
    void release() {
        renderings.release();
    }
}
