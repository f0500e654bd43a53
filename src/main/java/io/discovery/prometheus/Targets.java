package io.discovery.prometheus;

import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.http.Access;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.Response;
import io.discovery.model.ServiceName;
import io.vertx.core.Future;
import java.util.List;

/**
 * The HTTP endpoints for Prometheus. A list with status 200 replaces all targets that Prometheus knows, any other
 * status none, so a member that is not open for reads refuses. Thread-safe.
 */
public final class Targets {

    private final Directory directory;
    private final Readiness readiness;

    public Targets(Directory directory, Readiness readiness) {
        this.directory = directory;
        this.readiness = readiness;
    }

    public List<HttpEndpoint> endpoints() {
        return List.of(
                HttpEndpoint.at("/v1/prometheus/targets", "targets_all").get(Access.READ_ALL, request -> all()),
                HttpEndpoint.at("/v1/prometheus/targets/:service", "targets")
                        .get(Access.READ_SERVICE, request -> one(request.segment(0))));
    }

    private Future<Response> one(String segment) {
        ServiceName service = new ServiceName(segment);
        return Future.succeededFuture(Response.ok(TargetList.of(readiness.read(() -> directory.service(service)))));
    }

    private Future<Response> all() {
        readiness.requireReads();
        return Future.succeededFuture(Response.jsonInPieces(
                TargetList.of(directory.names(), name -> readiness.read(() -> directory.service(name)))));
    }
}
