package io.discovery.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.discovery.audit.AuditLog;
import io.discovery.config.Cidrs;
import io.discovery.connections.Connection;
import io.discovery.connections.Connections;
import io.discovery.connections.Exchange;
import io.discovery.directory.Readiness;
import io.discovery.http.ClientControl;
import io.discovery.http.EndpointRequest;
import io.discovery.http.Response;
import io.discovery.http.ResponseWorkers;
import io.discovery.http.ResponseWriter;
import io.discovery.memory.CacheBudget;
import io.discovery.memory.HeapReserve;
import io.discovery.model.Lease;
import io.discovery.model.RegistryException.NotReady;
import io.discovery.model.RegistryException.Overloaded;
import io.discovery.registry.Fixtures.HandClock;
import io.discovery.testing.EventStream;
import io.discovery.testing.EventStream.Event;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The endpoint of changes alone, on one event loop and with one worker. */
class ChangeEndpointsTest {

    private static final ChangeQuery ALL = new ChangeQuery(Set.of(), null, null, null, 10, false);

    private final Connections connections =
            new Connections(10, 1_000_000, 1_000_000, new HeapReserve(Long.MAX_VALUE), null);
    private final Vertx vertx = Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(1))
            .withTransport(connections.transport())
            .build();
    private final ResponseWorkers workers = new ResponseWorkers(vertx, 1, CacheBudget.unlimited());
    private final HandClock clock = new HandClock(7);
    private final ChangeRecorder recorder =
            new ChangeRecorder(10, Lease.of(Duration.ofSeconds(10)), clock, id -> null, () -> null);
    private final Readiness readiness = new Readiness();
    private final ChangeEndpoints endpoints = new ChangeEndpoints(workers, recorder, readiness);
    private final ChangeLists lists = new ChangeLists(workers.executor(), recorder, readiness);

    ChangeEndpointsTest() {
        readiness.enter(Readiness.Phase.OPEN);
        recorder.begin();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    /** It may have stood still, and know by their outcome alone what happened meanwhile. */
    @Test
    void aStreamHearsThatAMemberBeginsAnew() {
        try (EventStream stream = EventStream.open(served(), "/v1/changes?watch")) {
            assertThat(stream.next().type()).isEqualTo("begin");
            clock.now.set(2_000_000_000_000_000L);
            recorder.beginAnew();

            Event gap = stream.next();
            assertThat(gap.type()).isEqualTo("gap");
            assertThat(gap.data()).isEqualTo("{\"known_since\": \"2033-05-18T03:33:20.000000Z\"}");
        }
    }

    @Test
    void aMemberThatRefusesReadsRefusesLists() {
        readiness.hinder("stood still");

        assertThatThrownBy(() -> lists.ask(ALL)).isInstanceOf(NotReady.class);
    }

    @Test
    void listsThatWaitForAWorkerAreCounted() {
        CountDownLatch free = new CountDownLatch(1);
        workers.executor().executeBlocking(() -> {
            free.await();
            return free;
        });
        List<Future<Response>> asked = new ArrayList<>();
        for (int i = 0; i < ChangeLists.MOST; i++) {
            asked.add(lists.ask(ALL));
        }

        assertThat(lists.ask(ALL).cause()).isInstanceOf(Overloaded.class);
        assertThat(asked).noneMatch(Future::isComplete);
        free.countDown();
        assertThat(Future.all(asked).await().succeeded()).isTrue();
        await().until(() -> lists.ask(ALL).await().status() == 200);
    }

    private int served() {
        return vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    private void answer(HttpServerRequest request) {
        Exchange exchange = Connection.of(request.connection()).requestBegan();
        request.response().endHandler(ended -> exchange.answered());
        Objects.requireNonNull(endpoints.endpoints().get(0).get())
                .handling()
                .handle(new EndpointRequest(
                        request,
                        exchange,
                        ClientControl.none(Cidrs.NONE, AuditLog.OFF).trusted(request),
                        List.of(),
                        Buffer.buffer()))
                .onSuccess(answer -> Objects.requireNonNull(answer.stream())
                        .begin(new ResponseWriter(request.response().setChunked(true), exchange)));
    }
}
