package io.discovery.watch;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.discovery.testing.Bystander;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that comes to watch all services of a large registry is sent all there is. */
@Timeout(30)
class LongListTest {

    private static final Lease LEASE = Lease.of(Duration.ofMinutes(1));
    private static final int SERVICES = 2_000;
    private static final String BODY = "x".repeat(10_000);

    private final Vertx vertx = Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(1))
            .withTransport(new Connections(10, 1_000_000, 1_000_000, new HeapReserve(Long.MAX_VALUE)).transport())
            .build();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());
    private final Readiness readiness = new Readiness();
    private final WatchEndpoints watching = new WatchEndpoints(
            vertx,
            new EventLoopSubscriptions(vertx, directory, new Subscriptions(directory, () -> 0)),
            directory,
            readiness,
            this::body);
    /** The number of services that were sent when another client was answered. */
    private final CompletableFuture<Integer> heardAfter = new CompletableFuture<>();

    private final Bystander other = new Bystander();
    private int sent;

    /** Another client asks on the same event loop while the first is sent. */
    @Test
    void othersHaveTheirTurnInBetween() throws Exception {
        readiness.enter(Readiness.Phase.OPEN);
        for (int number = 1; number <= SERVICES; number++) {
            register("service-" + number);
        }
        HttpServer server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await();
        try (other) {
            other.connect(server.actualPort());

            try (Socket watcher = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
                watcher.getOutputStream()
                        .write("GET /v1/watch HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                watcher.getInputStream().skipNBytes((long) SERVICES * BODY.length());
            }

            assertThat(heardAfter.get(10, TimeUnit.SECONDS)).isLessThan(SERVICES / 10);
        } finally {
            vertx.close().await();
        }
    }

    private void answer(HttpServerRequest request) {
        Exchange exchange = Connection.of(request.connection()).requestBegan();
        if (request.path().equals("/v1/watch")) {
            Objects.requireNonNull(watching.endpoints().get(0).get())
                    .handle(new EndpointRequest(request, exchange, List.of(), Buffer.buffer()))
                    .onSuccess(answer -> Objects.requireNonNull(answer.stream())
                            .begin(new ResponseWriter(request.response().setChunked(true), exchange)));
            return;
        }
        if (request.path().equals("/other")) {
            heardAfter.complete(sent);
        }
        request.response().end();
        exchange.answered();
    }

    private Buffer body(Snapshot service) {
        sent++;
        if (sent == 1) {
            other.ask("/other");
        }
        return Buffer.buffer(service.name() + BODY);
    }

    private void register(String service) {
        InstanceKey key = new InstanceKey(new ServiceName(service), new IpAddress("127.0.0.1"), InstanceKey.ANY_PORT);
        Change change = new Change.Register(key, new Version(1, 1), 80, "r", "", Map.of(), LEASE);
        directory.merge(((Applied) change.applyTo(null)).registration());
    }
}
