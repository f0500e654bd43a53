package io.discovery.http;

import static io.discovery.registry.Fixtures.LEASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.memory.CacheBudget;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.RegistryException.NotReady;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The answer of all services, which is made a while after the question. */
class OverviewTest {

    private final Vertx vertx = Vertx.vertx();
    private final Readiness readiness = new Readiness();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());

    /** Not current, so that each question has one made. */
    private final SharedResponse shared = new SharedResponse(
            vertx,
            vertx.createSharedWorkerExecutor("making", 1),
            () -> new SharedResponse.Made(
                    ReadHandlers.overview(directory, readiness, 1_000_000).answer(), () -> false),
            CacheBudget.unlimited(),
            () -> 0);

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void anAnswerThatIsMadeWhenReadsAreRefusedIsGivenToNobody() {
        readiness.enter(Readiness.Phase.OPEN);
        assertThat(shared.ask().await().body()).hasToString("{\"services\": []}\n");

        Future<Response> waits = shared.ask();
        readiness.hinder("stood still");

        await().until(waits::isComplete);
        assertThat(waits.cause()).isInstanceOf(NotReady.class).hasMessageContaining("stood still");
    }
}
