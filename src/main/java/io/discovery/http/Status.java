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
final class Status {

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Readiness readiness;
    private final Membership membership;
    private final SharedAnswer metrics;
    private final Supplier<Map<String, Object>> details;

    /**
     * @param metrics all meters, by {@link #scraped}
     * @param details what health answers add, such as the state of the backend
     */
    Status(Readiness readiness, Membership membership, SharedAnswer metrics, Supplier<Map<String, Object>> details) {
        this.readiness = readiness;
        this.membership = membership;
        this.metrics = metrics;
        this.details = details;
    }

    /** Seed: GET /healthcheck, which never asks anything. */
    static Answer healthcheck() {
        return Answer.text("text/html; charset=utf-8", "OK");
    }

    Future<Answer> health(String name) {
        String why = switch (name) {
            case Route.READY -> readiness.whyDrained(true);
            case Route.WRITABLE -> readiness.whyDrained(false);
            default -> null;
        };
        return Future.succeededFuture(answer(why));
    }

    private Answer answer(@Nullable String why) {
        Map<String, Object> body = V1Json.ordered("status", why == null ? "UP" : "DOWN");
        if (why != null) {
            body.put("reason", why);
        }
        body.putAll(details.get());
        return Answer.json(why == null ? 200 : 503, V1Json.line(body));
    }

    Future<Answer> cluster() {
        return membership.partitionsSafe().map(safe -> Answer.ok(V1Json.cluster(membership.members(), safe)));
    }

    Future<Answer> metrics() {
        return metrics.ask();
    }

    /** What all meters show at the moment; they move with every request, this one too. */
    static SharedAnswer.Made scraped(Meters meters) {
        byte[] text = meters.scrape().getBytes(StandardCharsets.UTF_8);
        return new SharedAnswer.Made(Answer.text(PROMETHEUS_TEXT, text), () -> false);
    }
}
