package io.discovery.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.connections.Connection;
import io.discovery.connections.Connections;
import io.discovery.connections.Exchange;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.directory.Snapshot;
import io.discovery.http.EndpointRequest;
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
import io.discovery.testing.EventStream.Event;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that watches all, and lets more names of changed services wait than there is memory for. */
@Timeout(60)
class FullMemoryTest {

    private static final Lease LEASE = Lease.of(Duration.ofMinutes(1));
    private static final int SERVICES = 20;
    private static final int READ = 8;
    /** For three names. */
    private static final long ROOM = 3 * 64;

    private static final String LARGE = "x".repeat(1_000_000);

    private final Connections connections = new Connections(10, 100_000_000, ROOM, new HeapReserve(Long.MAX_VALUE));
    private final Vertx vertx = Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(1))
            .withTransport(connections.transport())
            .build();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());
    private final Subscriptions subscriptions = new Subscriptions(directory, () -> 0);
    private final Readiness readiness = new Readiness();
    private final WatchEndpoints watching = new WatchEndpoints(
            vertx,
            new EventLoopSubscriptions(vertx, directory, subscriptions),
            directory,
            readiness,
            FullMemoryTest::body);

    @Test
    void theNamesAreForgottenAndItGetsAllThereIsAnew() {
        readiness.enter(Readiness.Phase.OPEN);
        for (int number = 0; number < SERVICES; number++) {
            register(number, "127.0.0.1");
        }
        HttpServer server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await();
        try (EventStream stream = EventStream.open(server.actualPort(), "/v1/watch")) {
            for (int number = 0; number < READ; number++) {
                assertThat(stream.next().type()).isEqualTo("service");
            }
            subscriptions.look();
            for (int number = 0; number < READ; number++) {
                register(number, "127.0.0.2");
            }
            subscriptions.look();

            Event event = stream.next();
            while (!event.type().equals("reset")) {
                event = stream.next();
            }
            Map<String, String> seen = new TreeMap<>();
            while (event.id().equals(SseEvents.INCOMPLETE)) {
                event = stream.next();
                String name = event.data().substring(0, event.data().indexOf(' '));
                seen.put(name, event.data().substring(0, event.data().indexOf('x')));
            }

            assertThat(seen).hasSize(SERVICES);
            assertThat(seen.values().stream().filter(data -> data.endsWith(" 2 ")))
                    .hasSize(READ);
            assertThat(connections.waitingBytes()).isZero();
        } finally {
            vertx.close().await();
        }
        await().until(() -> connections.waitingRequests() == 0);
    }

    private void answer(HttpServerRequest request) {
        Exchange exchange = Connection.of(request.connection()).requestBegan();
        assertThat(exchange.waits(0)).isTrue();
        request.response().endHandler(ended -> exchange.answered());
        Objects.requireNonNull(watching.endpoints().get(0).get())
                .handle(new EndpointRequest(request, exchange, List.of(), Buffer.buffer()))
                .onSuccess(answer -> Objects.requireNonNull(answer.stream())
                        .begin(new ResponseWriter(request.response().setChunked(true), exchange)));
    }

    private static Buffer body(Snapshot service) {
        return Buffer.buffer(service.name() + " " + service.listings().size() + " " + LARGE + "\n");
    }

    private void register(int number, String address) {
        ServiceName service = new ServiceName("service-" + (10 + number));
        InstanceKey key = new InstanceKey(service, new IpAddress(address), InstanceKey.ANY_PORT);
        Change change = new Change.Register(key, new Version(1, 1), 80, "r", "", Map.of(), LEASE);
        directory.merge(((Applied) change.applyTo(null)).registration());
    }
}
