package io.discovery.prometheus;

import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.Response;
import io.discovery.model.ServiceName;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

    public List<HttpEndpoint> branches() {
        return List.of(
                HttpEndpoint.get("/v1/prometheus/targets", "targets_all", (request, none, body) -> all()),
                HttpEndpoint.get("/v1/prometheus/targets/", "targets", (request, service, body) -> one(service)));
    }

    private Future<Response> one(@Nullable String segment) {
        ServiceName service = new ServiceName(Objects.requireNonNull(segment, "a path that ends with a service"));
        return Future.succeededFuture(Response.ok(TargetList.of(readiness.read(() -> directory.service(service)))));
    }

    private Future<Response> all() {
        readiness.requireReads();
        return Future.succeededFuture(Response.jsonInPieces(
                TargetList.of(directory.names(), name -> readiness.read(() -> directory.service(name)))));
    }
}
