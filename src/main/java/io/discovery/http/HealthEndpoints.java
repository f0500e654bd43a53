package io.discovery.http;

import io.discovery.directory.Readiness;
import io.discovery.registry.Membership;
import io.discovery.registry.Membership.MemberInfo;
import io.discovery.telemetry.Meters;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Endpoints of a member about itself: liveness, readiness, its cluster, its metrics. Thread-safe. */
final class HealthEndpoints {

    /** The path of the metrics, which are scraped again and again. */
    static final String METRICS = "/metrics";

    /** The name of the seed's endpoint for health. */
    static final String HEALTHCHECK = "healthcheck";

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Readiness readiness;
    private final Membership membership;
    private final SharedResponse metrics;
    private final Supplier<Map<String, Object>> details;

    /**
     * @param metrics all metrics, as {@link #scraped} makes them
     * @param details fields that responses on health add, such as the state of the backend
     */
    HealthEndpoints(
            Readiness readiness, Membership membership, SharedResponse metrics, Supplier<Map<String, Object>> details) {
        this.readiness = readiness;
        this.membership = membership;
        this.metrics = metrics;
        this.details = details;
    }

    List<HttpEndpoint> endpoints() {
        return List.of(
                HttpEndpoint.at("/healthcheck", HEALTHCHECK)
                        .get(Access.OPEN, request -> Future.succeededFuture(healthcheck())),
                HttpEndpoint.at("/health/ready", "ready")
                        .get(Access.OPEN, request -> health(readiness.whyDrained(true))),
                HttpEndpoint.at("/health/writable", "writable")
                        .get(Access.OPEN, request -> health(readiness.whyDrained(false))),
                HttpEndpoint.at("/health/live", "live").get(Access.OPEN, request -> health(null)),
                HttpEndpoint.at(METRICS, "metrics").get(Access.READ_ALL, request -> metrics.ask()),
                HttpEndpoint.at("/v1/cluster", "cluster").get(Access.ADMIN, request -> cluster()));
    }

    /** Responds always, whatever the state of the member (seed: GET /healthcheck). */
    private static Response healthcheck() {
        return Response.text("text/html; charset=utf-8", "OK");
    }

    /** @param why the reason of being down; null if up */
    private Future<Response> health(@Nullable String why) {
        Map<String, Object> body = JsonBody.ordered("status", why == null ? "UP" : "DOWN");
        if (why != null) {
            body.put("reason", why);
        }
        body.putAll(details.get());
        return Future.succeededFuture(Response.json(why == null ? 200 : 503, JsonBody.line(body)));
    }

    private Future<Response> cluster() {
        return membership
                .partitionsSafe()
                .map(safe -> Response.ok(JsonBody.line(JsonBody.ordered(
                        "members",
                        membership.members().stream()
                                .map(HealthEndpoints::describe)
                                .toList(),
                        "partitions_safe",
                        safe))));
    }

    private static Map<String, Object> describe(MemberInfo member) {
        return JsonBody.ordered(
                "id", member.id(),
                "address", member.address(),
                "self", member.self(),
                "version", member.version());
    }

    /** Returns all metrics as they are now. They change with every request, so the response is current only once. */
    static SharedResponse.Made scraped(Meters meters) {
        byte[] text = meters.scrape().getBytes(StandardCharsets.UTF_8);
        return new SharedResponse.Made(Response.text(PROMETHEUS_TEXT, text), () -> false);
    }
}
