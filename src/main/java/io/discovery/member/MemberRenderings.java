package io.discovery.member;

import io.discovery.audit.AuditLog;
import io.discovery.changes.ChangeEndpoints;
import io.discovery.config.Settings;
import io.discovery.console.ConsoleEndpoints;
import io.discovery.description.ApiDescription;
import io.discovery.directory.Directory;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.HttpHandlers;
import io.discovery.http.ResponseWorkers;
import io.discovery.prometheus.Targets;
import io.discovery.subscription.EventLoopSubscriptions;
import io.discovery.telemetry.Statsd;
import io.discovery.v1.V1Api;
import io.discovery.watch.WatchEndpoints;
import io.discovery.xds.Xds;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.stream.Stream;

/** The renderings of a member's directory for HTTP and gRPC clients. */
final class MemberRenderings {

    private static final int REPORT_WORKERS = 2;

    private final V1Api v1;
    private final Xds xds;
    private final WatchEndpoints watch;
    private final Targets targets;
    private final ChangeEndpoints changes;
    private final List<HttpEndpoint> console;
    private final ApiDescription description;
    private final EventLoopSubscriptions polls;
    private final EventLoopSubscriptions watchers;

    MemberRenderings(
            MemberAssembly assembly,
            Vertx vertx,
            MemberRegistry registry,
            ResponseWorkers workers,
            Statsd statsd,
            AuditLog audit) {
        Directory directory = registry.directory();
        polls = new EventLoopSubscriptions(vertx, directory, registry.subscriptions());
        watchers = new EventLoopSubscriptions(vertx, directory, registry.subscriptions());
        ResponseWorkers reports =
                new ResponseWorkers(vertx, "discovery-reports", REPORT_WORKERS, registry.renderings());
        v1 = new V1Api(new V1Api.Services(
                assembly.settings(),
                registry.registry(),
                registry.history().askers(),
                directory,
                assembly.readiness(),
                polls,
                statsd,
                audit,
                workers,
                reports,
                assembly.heap()));
        xds = new Xds(vertx, directory, registry.subscriptions(), assembly.readiness(), assembly.heap());
        watch = new WatchEndpoints(vertx, watchers, directory, assembly.readiness(), v1::body);
        changes = registry.history().endpoints(reports);
        targets = new Targets(directory, assembly.readiness());
        console =
                assembly.settings().http().console() == Settings.Console.ON ? ConsoleEndpoints.endpoints() : List.of();
        description = new ApiDescription(workers.executor());
        v1.register(assembly.meters());
        xds.register(assembly.meters());
        watch.register(assembly.meters());
    }

    Xds xds() {
        return xds;
    }

    /** @param more endpoints of other parts of the member */
    HttpHandlers.Routes routes(List<HttpEndpoint> more) {
        List<HttpEndpoint> endpoints = Stream.of(
                        v1.endpoints(),
                        xds.endpoints(),
                        watch.endpoints(),
                        changes.endpoints(),
                        targets.endpoints(),
                        console,
                        more,
                        description.endpoints())
                .flatMap(List::stream)
                .toList();
        return new HttpHandlers.Routes(endpoints, v1.service(), xds.grpc());
    }

    /** Answers the clients that wait for a change, so that they wait at another member. */
    void release() {
        polls.release();
    }

    /** Ends all streams and waiting requests, and those that begin from here on. */
    void close() {
        polls.close();
        watchers.close();
        changes.close();
        xds.close();
    }
}
