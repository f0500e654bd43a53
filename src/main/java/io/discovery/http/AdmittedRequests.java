package io.discovery.http;

import io.discovery.telemetry.Meters;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Counts of the requests that their clients may send, by what they ask for, and of those that the member failed to answer as it
 * should; without those that any client may. Thread-safe.
 */
final class AdmittedRequests {

    private static final int FAULT = 500;
    private static final int UNAVAILABLE = 503;
    private static final int NO_ROOM = 507;

    private final Counts reads = new Counts(FAULT, UNAVAILABLE);
    private final Counts writes = new Counts(FAULT, UNAVAILABLE, NO_ROOM);

    /** The counts are there before the first failure: Prometheus does not see the step of a series that begins at 1. */
    private static final class Counts {
        private final LongAdder all = new LongAdder();
        private final Map<Integer, LongAdder> failed = new LinkedHashMap<>();

        Counts(Integer... statuses) {
            List.of(statuses).forEach(status -> failed.put(status, new LongAdder()));
        }

        void register(Meters meters, String name) {
            meters.counter(name, all::sum);
            failed.forEach((status, count) ->
                    meters.counter(name + ".failed", "status", Integer.toString(status), count::sum));
        }

        void answered(int status) {
            LongAdder count = failed.get(status);
            if (count != null) {
                count.increment();
            }
        }
    }

    void register(Meters meters) {
        reads.register(meters, "discovery.http.reads");
        writes.register(meters, "discovery.http.writes");
    }

    /** Counts a request, and later its answer if that is a failure of the member's. */
    Future<Response> count(Access access, Supplier<Future<Response>> handling) {
        Counts counts = access.isWrite() ? writes : reads;
        counts.all.increment();
        Future<Response> answer;
        try {
            answer = handling.get();
        } catch (RuntimeException refused) {
            counts.answered(ErrorResponses.statusOf(refused));
            throw refused;
        }
        return answer.onComplete(given -> counts.answered(statusOf(given)));
    }

    private static int statusOf(AsyncResult<Response> given) {
        return given.succeeded() ? given.result().status() : ErrorResponses.statusOf(given.cause());
    }
}
