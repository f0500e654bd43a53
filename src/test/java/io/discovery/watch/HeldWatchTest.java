package io.discovery.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.connections.Connection;
import io.discovery.connections.Connections;
import io.discovery.connections.Exchange;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.directory.Snapshot;
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
import io.discovery.testing.EventStream;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that watch while the member puts together what it missed in a split. The body is the number of hosts. */
@Timeout(30)
class HeldWatchTest {

    private static final Lease LEASE = Lease.of(Duration.ofMinutes(1));

    private final Vertx vertx = Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(1))
            .withTransport(new Connections(10, 1_000_000, 1_000_000, new HeapReserve(Long.MAX_VALUE)).transport())
            .build();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());
    private final Subscriptions subscriptions = new Subscriptions(directory, () -> 0);
    private final Readiness readiness = new Readiness();
    private final WatchEndpoints watching = new WatchEndpoints(
            vertx,
            new EventLoopSubscriptions(vertx, directory, subscriptions),
            directory,
            readiness,
            HeldWatchTest::body);
    private int port;

    private static Buffer body(Snapshot service) {
        return Buffer.buffer(service.listings().size() + "\n");
    }

    @BeforeEach
    void serve() {
        readiness.enter(Readiness.Phase.OPEN);
        register(1);
        port = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    @AfterEach
    void end() {
        vertx.close().await();
    }

    @Test
    void whatIsPutTogetherIsToldOnceWhenItIsWhole() {
        try (EventStream one = EventStream.open(port, "/v1/watch/svc");
                EventStream all = EventStream.open(port, "/v1/watch")) {
            assertThat(one.next().data()).isEqualTo("1");
            assertThat(all.next().data()).isEqualTo("1");

            subscriptions.hold();
            for (int host = 2; host <= 9; host++) {
                register(host);
                subscriptions.look();
            }
            subscriptions.release();
            subscriptions.look();

            assertThat(one.next().data()).isEqualTo("9");
            assertThat(all.next().data()).isEqualTo("9");
        }
    }

    /** A change that was told of in the moment before, and read in the moment after. */
    @Test
    void whatNobodyWasToldOfInBetweenIsToldAfterwards() {
        try (EventStream one = EventStream.open(port, "/v1/watch/svc")) {
            assertThat(one.next().data()).isEqualTo("1");

            subscriptions.hold();
            register(2);
            subscriptions.release();

            assertThat(one.next().data()).isEqualTo("2");
        }
    }

    private void answer(HttpServerRequest request) {
        Exchange exchange = Connection.of(request.connection()).requestBegan();
        assertThat(exchange.waits(0)).isTrue();
        boolean isOfAll = request.path().equals("/v1/watch");
        HttpEndpoint endpoint = watching.endpoints().get(isOfAll ? 0 : 1);
        Objects.requireNonNull(endpoint.get())
                .handle(new EndpointRequest(request, exchange, List.of("svc"), Buffer.buffer()))
                .onSuccess(answer -> Objects.requireNonNull(answer.stream())
                        .begin(new ResponseWriter(request.response().setChunked(true), exchange)));
    }

    private void register(int host) {
        InstanceKey key =
                new InstanceKey(new ServiceName("svc"), new IpAddress("127.0.0." + host), InstanceKey.ANY_PORT);
        Change change = new Change.Register(key, new Version(1, 1), 80, "r", "", Map.of(), LEASE);
        directory.merge(((Applied) change.applyTo(null)).registration());
    }
}
