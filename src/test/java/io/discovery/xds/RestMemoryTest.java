package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.audit.AuditLog;
import io.discovery.config.Cidrs;
import io.discovery.connections.Connection;
import io.discovery.connections.Connections;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.http.ClientControl;
import io.discovery.http.EndpointRequest;
import io.discovery.http.HttpEndpoint;
import io.discovery.memory.CacheBudget;
import io.discovery.memory.HeapReserve;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.subscription.Subscriptions;
import io.discovery.testing.TestClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The memory of responses by REST, in an HTTP server that sends none of them: its clients have lost their rights. */
class RestMemoryTest {

    private static final String PATH = "/v3/discovery:endpoints";
    private static final String REQUEST = "{\"resource_names\": [\"payments\"]}";

    private final Connections connections =
            new Connections(10, 1_000_000, 1_000_000, new HeapReserve(Long.MAX_VALUE), null);
    private final Vertx vertx =
            Vertx.builder().withTransport(connections.transport()).build();
    private final MemoryBudget budget = MemoryBudget.of(Long.MAX_VALUE);
    private final Xds xds = xds();

    private volatile long taken;

    private Xds xds() {
        Directory directory =
                new Directory(Lease.of(Duration.ofMinutes(1)), ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());
        Readiness readiness = new Readiness();
        readiness.enter(Readiness.Phase.OPEN);
        StreamLimits limits = new StreamLimits(
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                MemoryBudget.of(Long.MAX_VALUE),
                MemoryBudget.of(Long.MAX_VALUE),
                MemoryBudget.of(Long.MAX_VALUE));
        return new Xds(vertx, directory, new Subscriptions(directory, () -> 0), readiness, limits, budget);
    }

    @AfterEach
    void close() {
        xds.close();
        vertx.close().await();
    }

    @Test
    void aResponseThatIsMadeAndNotSentGivesItsMemoryBack() {
        int port = vertx.createHttpServer()
                .requestHandler(this::refuse)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();

        assertThat(new TestClient(port).post(PATH, "application/json", REQUEST).statusCode())
                .isEqualTo(401);

        assertThat(taken).isPositive();
        await().until(() -> budget.taken() == 0);
    }

    private void refuse(HttpServerRequest request) {
        var exchange = Connection.of(request.connection()).requestBegan();
        var caller = ClientControl.none(Cidrs.NONE, AuditLog.OFF).trusted(request);
        request.body()
                .compose(body -> Objects.requireNonNull(endpoint().post())
                        .handling()
                        .handle(new EndpointRequest(request, exchange, caller, List.of(), body)))
                .onSuccess(made -> {
                    taken = budget.taken();
                    request.response().setStatusCode(401).end(Buffer.buffer());
                });
    }

    private HttpEndpoint endpoint() {
        return xds.endpoints().stream()
                .filter(each -> each.path().equals(PATH))
                .findFirst()
                .orElseThrow();
    }
}
