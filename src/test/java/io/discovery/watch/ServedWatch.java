package io.discovery.watch;

import io.discovery.audit.AuditLog;
import io.discovery.config.Cidrs;
import io.discovery.connections.Connection;
import io.discovery.connections.Connections;
import io.discovery.connections.Exchange;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.directory.Snapshot;
import io.discovery.http.ClientControl;
import io.discovery.http.EndpointRequest;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.ResponseWriter;
import io.discovery.memory.CacheBudget;
import io.discovery.memory.HeapReserve;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome.Applied;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.discovery.subscription.EventLoopSubscriptions;
import io.discovery.subscription.Subscriptions;
import io.discovery.testing.StandstillClock;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** The watch endpoints alone, of a directory that is empty at first, on one event loop. */
final class ServedWatch implements AutoCloseable {

    private static final String ALL = "/v1/watch";
    private static final Lease LEASE = Lease.of(Duration.ofMinutes(1));

    private final Vertx vertx;
    private final StandstillClock clock = new StandstillClock();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, clock, CacheBudget.unlimited());
    private final Subscriptions subscriptions = new Subscriptions(directory, clock);
    private final WatchEndpoints watching;
    private final Runnable others;
    private final int port;

    /**
     * Serves.
     *
     * @param body renders a service
     * @param others runs when a client asks for another path
     */
    ServedWatch(Connections connections, Function<Snapshot, Buffer> body, Runnable others) {
        Readiness readiness = new Readiness();
        readiness.enter(Readiness.Phase.OPEN);
        subscriptions.holdWhenever(clock::isDoubtful);
        this.others = others;
        this.vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(1))
                .withTransport(connections.transport())
                .build();
        this.watching = new WatchEndpoints(
                vertx, new EventLoopSubscriptions(vertx, directory, subscriptions), directory, readiness, body);
        this.port = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    /** Returns limits that no test reaches. */
    static Connections connections() {
        return new Connections(10, 1_000_000, 1_000_000, new HeapReserve(Long.MAX_VALUE), null);
    }

    private void answer(HttpServerRequest request) {
        Exchange exchange = Connection.of(request.connection()).requestBegan();
        request.response().endHandler(ended -> exchange.answered());
        if (!request.path().startsWith(ALL)) {
            others.run();
            request.response().end();
            return;
        }
        if (!exchange.waits(0)) {
            throw new AssertionError("no place for a request that waits");
        }
        boolean isOfAll = request.path().equals(ALL);
        HttpEndpoint endpoint = watching.endpoints().get(isOfAll ? 0 : 1);
        List<String> parameters = isOfAll ? List.of() : List.of(request.path().substring(ALL.length() + 1));
        Objects.requireNonNull(endpoint.get())
                .handling()
                .handle(new EndpointRequest(
                        request,
                        exchange,
                        ClientControl.none(Cidrs.NONE, AuditLog.OFF).trusted(request),
                        parameters,
                        Buffer.buffer()))
                .onSuccess(answer -> Objects.requireNonNull(answer.stream())
                        .begin(new ResponseWriter(request.response().setChunked(true), exchange)));
    }

    int port() {
        return port;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** Makes the member stand still in the middle of the next read for a client, for longer than the lease. */
    void standStillInNextRead() {
        clock.standStillInNextRead();
    }

    boolean hasStoodStill() {
        return clock.isDoubtful();
    }

    /** Makes the member go on as if it had not stood still. */
    void endDoubt() {
        clock.handled();
    }

    /** Makes the member go on after a standstill. */
    void goOn() {
        subscriptions.hold();
        clock.handled();
    }

    /** Lists an instance; watchers hear of it with the next {@link Subscriptions#look}. */
    void register(String service, String address) {
        InstanceKey key = new InstanceKey(new ServiceName(service), new IpAddress(address), InstanceKey.ANY_PORT);
        Change change = new Change.Register(key, new Version(clock.getAsLong() + 1, 1), 80, "r", "", Map.of(), LEASE);
        directory.merge(((Applied) change.applyTo(null)).registration());
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
