package io.discovery.xds;

import io.discovery.auth.Client;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.http.GrpcHandler;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome.Applied;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.discovery.subscription.Subscriptions;
import io.discovery.telemetry.Meters;
import io.discovery.testing.StandstillClock;
import io.discovery.testing.XdsClient;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** The xDS server alone, of a directory that is empty at first. */
final class ServedXds implements AutoCloseable {

    static {
        // As soon as a client does: a mutant that does not answer is found sooner with less.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(XdsClient.PATIENCE));
    }

    private static final Lease LEASE = Lease.of(Duration.ofMinutes(1));

    private final Vertx vertx = Vertx.vertx();
    private final Meters meters = new Meters();
    private final Queue<HttpServerRequest> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger changes = new AtomicInteger();
    private final StandstillClock clock = new StandstillClock();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, clock, CacheBudget.unlimited());
    private final Subscriptions subscriptions = new Subscriptions(directory, clock);
    private final Xds xds;
    private final int port;

    /** Serves with limits that no test reaches. */
    ServedXds() {
        this(new StreamLimits(
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                MemoryBudget.of(Long.MAX_VALUE),
                MemoryBudget.of(Long.MAX_VALUE),
                MemoryBudget.of(Long.MAX_VALUE)));
    }

    ServedXds(StreamLimits limits) {
        Readiness readiness = new Readiness();
        readiness.enter(Readiness.Phase.OPEN);
        subscriptions.holdWhenever(clock::isDoubtful);
        this.xds = new Xds(vertx, directory, subscriptions, readiness, limits, MemoryBudget.of(Long.MAX_VALUE));
        xds.register(meters);
        GrpcHandler grpc = xds.grpc();
        this.port = vertx.createHttpServer()
                .requestHandler(call -> {
                    calls.add(call);
                    grpc.handle(call, Client.TRUSTED);
                })
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    int port() {
        return port;
    }

    /** Lists an instance of a service and tells the clients that follow it. */
    void register(String service) {
        register(service, "127.0.0.1", Map.of());
    }

    /**
     * Lists an instance of a service, or renews it, and tells the clients that follow it.
     *
     * @param tags JSON text by key
     */
    void register(String service, String address, Map<String, String> tags) {
        apply(new Change.Register(key(service, address), next(), 8080, "r1", "", tags, LEASE));
    }

    /** Deregisters an instance, and tells the clients that follow its service. */
    void deregister(String service, String address) {
        apply(new Change.Deregister(key(service, address), next(), LEASE));
    }

    private static InstanceKey key(String service, String address) {
        return new InstanceKey(new ServiceName(service), new IpAddress(address), InstanceKey.ANY_PORT);
    }

    private Version next() {
        return new Version(clock.getAsLong() + changes.incrementAndGet(), 1);
    }

    private void apply(Change change) {
        directory.merge(((Applied) change.applyTo(directory.find(change.key()))).registration());
        subscriptions.look();
    }

    /** Makes the member stand still in the middle of the next read for a client, for longer than the lease. */
    void standStillInNextRead() {
        clock.standStillInNextRead();
    }

    /** Lets the next read for a client fail. */
    void failNextRead() {
        clock.failNextRead();
    }

    /** Holds back all answers until {@link #release}. */
    void hold() {
        subscriptions.hold();
    }

    void release() {
        subscriptions.release();
        subscriptions.look();
    }

    Xds xds() {
        return xds;
    }

    /** Returns the page of clients, if it is full at this number of characters. */
    String page(int full) {
        return ClientsPage.of(xds.clients().all(), full).await().body().toString();
    }

    long metric(String name) {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    /** Resets all calls, as for clients that have lost their rights. */
    void resetCalls() {
        calls.forEach(call -> ((HttpServerRequestInternal) call)
                .context()
                .runOnContext(now -> call.response().reset()));
    }

    /** Stops xDS; the server goes on. */
    void stop() {
        xds.close();
    }

    @Override
    public void close() {
        stop();
        vertx.close().await();
        meters.close();
    }
}
