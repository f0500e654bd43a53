package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import io.discovery.http.Response;
import io.discovery.memory.CacheBudget;
import io.discovery.memory.HeapReserve;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.subscription.Subscriptions;
import io.discovery.telemetry.Meters;
import io.discovery.testing.TestClient;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The memory of responses by REST, in an HTTP server that sends none of them: its clients have lost their rights, or gone. */
class RestMemoryTest {

    private static final String PATH = "/v3/discovery:endpoints";
    private static final String REQUEST = "{\"resource_names\": [\"payments\"]}";

    private final Connections connections =
            new Connections(10, 1_000_000, 1_000_000, new HeapReserve(Long.MAX_VALUE), null);
    private final Vertx vertx =
            Vertx.builder().withTransport(connections.transport()).build();
    private final Meters meters = new Meters();
    private final MemoryBudget budget = MemoryBudget.of(1_000);
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
        meters.close();
        xds.close();
        vertx.close().await();
    }

    @Test
    void aResponseThatIsMadeAndNotSentGivesItsMemoryBack() {
        TestClient client = client(request -> respond(request).onSuccess(made -> {
            taken = budget.taken();
            request.response().setStatusCode(401).end(Buffer.buffer());
        }));

        assertThat(client.post(PATH, "application/json", REQUEST).statusCode()).isEqualTo(401);

        assertThat(taken).isPositive();
        await().until(() -> budget.taken() == 0);
    }

    @Test
    void aResponseWhoseClientGoesGivesItsMemoryBack() {
        TestClient client = client(request ->
                respond(request).onSuccess(made -> request.connection().close()));

        assertThatThrownBy(() -> client.post(PATH, "application/json", REQUEST))
                .isInstanceOf(UncheckedIOException.class);

        await().until(() -> budget.taken() == 0);
    }

    @Test
    void aResponseForWhichThereIsNoMemoryIsCounted() {
        xds.register(meters);
        TestClient client = client(request -> respond(request)
                .onFailure(why -> request.response().setStatusCode(503).end()));
        budget.take(1_000);

        assertThat(client.post(PATH, "application/json", REQUEST).statusCode()).isEqualTo(503);

        assertThat(meters.scrape()).contains("discovery_xds_refused_total 1.0");
        assertThat(budget.taken()).isEqualTo(1_000);
    }

    private TestClient client(Handler<HttpServerRequest> handler) {
        return new TestClient(vertx.createHttpServer()
                .requestHandler(handler)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort());
    }

    private Future<Response> respond(HttpServerRequest request) {
        var exchange = Connection.of(request.connection()).requestBegan();
        var caller = ClientControl.none(Cidrs.NONE, AuditLog.OFF).trusted(request);
        return request.body()
                .compose(body -> Objects.requireNonNull(endpoint().post())
                        .handling()
                        .handle(new EndpointRequest(request, exchange, caller, List.of(), body)));
    }

    private HttpEndpoint endpoint() {
        return xds.endpoints().stream()
                .filter(each -> each.path().equals(PATH))
                .findFirst()
                .orElseThrow();
    }
}
