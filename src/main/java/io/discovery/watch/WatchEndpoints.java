package io.discovery.watch;

import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.directory.Snapshot;
import io.discovery.http.Access;
import io.discovery.http.EndpointRequest;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.Response;
import io.discovery.model.ServiceName;
import io.discovery.sse.SseKeepAlive;
import io.discovery.sse.SseResponse;
import io.discovery.subscription.EventLoopNotifier;
import io.discovery.subscription.EventLoopSubscriptions;
import io.discovery.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** The HTTP endpoints for watching. Thread-safe. */
public final class WatchEndpoints {

    private final Vertx vertx;
    private final EventLoopSubscriptions following;
    private final Directory directory;
    private final Readiness readiness;
    private final Function<Snapshot, Buffer> bodies;
    private final StreamContext.Totals totals = new StreamContext.Totals(new LongAdder(), new LongAdder());
    private final Map<EventLoopNotifier, StreamContext> streams = new ConcurrentHashMap<>();

    /**
     * @param following subscriptions of watchers alone
     * @param bodies the v1 JSON of a service, a line
     */
    public WatchEndpoints(
            Vertx vertx,
            EventLoopSubscriptions following,
            Directory directory,
            Readiness readiness,
            Function<Snapshot, Buffer> bodies) {
        this.vertx = vertx;
        this.following = following;
        this.directory = directory;
        this.readiness = readiness;
        this.bodies = bodies;
    }

    public void register(Meters meters) {
        meters.gauge("discovery.watchers", totals.open()::sum);
        meters.counter("discovery.watch.events", totals.events()::sum);
    }

    public List<HttpEndpoint> endpoints() {
        return List.of(
                HttpEndpoint.at("/v1/watch", "watch_all").get(Access.READ_ALL, this::all),
                HttpEndpoint.at("/v1/watch/:service", "watch").get(Access.READ_SERVICE, this::one));
    }

    private Future<Response> one(EndpointRequest request) {
        readiness.requireReads();
        ServiceName service = new ServiceName(request.segment(0));
        String has = SseResponse.lastEventId(request.http());
        return Future.succeededFuture(SseResponse.of(writer -> ServiceStream.begin(here(), service, has, writer)));
    }

    private Future<Response> all(EndpointRequest request) {
        readiness.requireReads();
        String has = SseResponse.lastEventId(request.http());
        return Future.succeededFuture(SseResponse.of(writer -> AllServicesStream.begin(here(), has, writer)));
    }

    private StreamContext here() {
        return streams.computeIfAbsent(
                following.here(),
                loop -> new StreamContext(directory, bodies, totals, loop, SseKeepAlive.start(vertx)));
    }
}
