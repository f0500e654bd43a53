package io.discovery.http;

import io.discovery.directory.Readiness;
import io.discovery.registry.Membership;
import io.discovery.telemetry.Meters;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a member tells of itself: liveness, readiness, its cluster, its meters. */
final class HealthEndpoints {

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Readiness readiness;
    private final Membership membership;
    private final SharedResponse metrics;
    private final Supplier<Map<String, Object>> details;

    /**
     * @param metrics all meters, by {@link #scraped}
     * @param details what health answers add, such as the state of the backend
     */
    HealthEndpoints(
            Readiness readiness, Membership membership, SharedResponse metrics, Supplier<Map<String, Object>> details) {
        this.readiness = readiness;
        this.membership = membership;
        this.metrics = metrics;
        this.details = details;
    }

    /** Seed: GET /healthcheck, which never asks anything. */
    static Response healthcheck() {
        return Response.text("text/html; charset=utf-8", "OK");
    }

    Future<Response> health(String name) {
        String why = switch (name) {
            case Route.READY -> readiness.whyDrained(true);
            case Route.WRITABLE -> readiness.whyDrained(false);
            default -> null;
        };
        return Future.succeededFuture(answer(why));
    }

    private Response answer(@Nullable String why) {
        Map<String, Object> body = V1Json.ordered("status", why == null ? "UP" : "DOWN");
        if (why != null) {
            body.put("reason", why);
        }
        body.putAll(details.get());
        return Response.json(why == null ? 200 : 503, V1Json.line(body));
    }

    Future<Response> cluster() {
        return membership.partitionsSafe().map(safe -> Response.ok(V1Json.cluster(membership.members(), safe)));
    }

    Future<Response> metrics() {
        return metrics.ask();
    }

    /** What all meters show at the moment; they move with every request, this one too. */
    static SharedResponse.Made scraped(Meters meters) {
        byte[] text = meters.scrape().getBytes(StandardCharsets.UTF_8);
        return new SharedResponse.Made(Response.text(PROMETHEUS_TEXT, text), () -> false);
    }
}
