package io.discovery.changes;

import io.discovery.directory.Readiness;
import io.discovery.http.Access;
import io.discovery.http.EndpointRequest;
import io.discovery.http.ErrorResponses;
import io.discovery.http.ErrorResponses.Refused;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.RequestQuery;
import io.discovery.http.Response;
import io.discovery.http.ResponseWorkers;
import io.discovery.http.ResponseWriter;
import io.discovery.sse.SseResponse;
import io.discovery.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The HTTP endpoint of the history, for lists and for streams. Thread-safe. */
public final class ChangeEndpoints {

    private final Vertx vertx;
    private final @Nullable ChangeRecorder recorder;
    private final @Nullable ChangeLists lists;
    private final Readiness readiness;
    private final LongAdder open = new LongAdder();
    private final Map<Thread, ChangeStreams> loops = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * @param workers make lists
     * @param recorder null if this member records nothing
     */
    public ChangeEndpoints(ResponseWorkers workers, @Nullable ChangeRecorder recorder, Readiness readiness) {
        this.vertx = workers.vertx();
        this.recorder = recorder;
        this.lists = recorder == null ? null : new ChangeLists(workers.executor(), recorder, readiness);
        this.readiness = readiness;
    }

    /** Registers meters. */
    public void register(Meters meters) {
        if (recorder != null) {
            ChangeRing ring = recorder.ring();
            meters.gauge("discovery.history.changes", ring::size);
            meters.gauge("discovery.history.bytes", ring::bytes);
            meters.counter("discovery.history.recorded", recorder::recorded);
            meters.counter("discovery.history.failed", recorder::failures);
            meters.gauge("discovery.history.watchers", open::sum);
            meters.counter("discovery.history.askers.untold", recorder.askers()::untold);
        }
    }

    public List<HttpEndpoint> endpoints() {
        return List.of(HttpEndpoint.at("/v1/changes", "changes")
                .get(Access.READ_NAMED, this::changes)
                .countedAs(request -> isWatch(request.query()) ? "watch_changes" : "changes"));
    }

    private static boolean isWatch(@Nullable String query) {
        return query != null
                && Stream.of(query.split("&", -1))
                        .anyMatch(field -> field.equals("watch") || field.startsWith("watch="));
    }

    private Future<Response> changes(EndpointRequest request) {
        if (!readiness.isComplete()) {
            readiness.requireReads();
        }
        if (recorder == null || lists == null) {
            throw new Refused(ErrorResponses.error(404, "this member records no changes: HISTORY_CHANGES is 0"));
        }
        ChangeRecorder history = recorder;
        ChangeQuery query = ChangeQuery.of(RequestQuery.of(request.http()));
        if (!query.isWatch()) {
            return lists.ask(query);
        }
        String has = SseResponse.lastEventId(request.http());
        return Future.succeededFuture(SseResponse.of(writer -> begin(history, query, has, writer)));
    }

    private void begin(ChangeRecorder history, ChangeQuery query, @Nullable String has, ResponseWriter writer) {
        ChangeStreams here = loops.computeIfAbsent(
                Thread.currentThread(),
                // The context of a request lives no longer than the request.
                eventLoop -> new ChangeStreams(((ContextInternal) vertx.getOrCreateContext()).unwrap(), history, open));
        ChangeStream.begin(here, query, has, writer);
        if (closed) {
            here.end();
        }
    }

    /** Ends all streams, soon, and those that begin from here on. */
    public void close() {
        closed = true;
        loops.values().forEach(ChangeStreams::end);
    }
}
