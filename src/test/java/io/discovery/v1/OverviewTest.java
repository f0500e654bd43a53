package io.discovery.v1;

import static io.discovery.registry.Fixtures.LEASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.http.Response;
import io.discovery.http.ResponseWorkers;
import io.discovery.http.SharedResponse;
import io.discovery.memory.CacheBudget;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.RegistryException.NotReady;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The answer of all services, which is made a while after the question. */
@ExtendWith(VertxExtension.class)
class OverviewTest {

    private final Readiness readiness = new Readiness();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());

    /** An answer that is never current, so that each request makes a new one. */
    private final SharedResponse shared;

    OverviewTest(Vertx vertx) {
        shared = new ResponseWorkers(vertx, 1, CacheBudget.unlimited())
                .shared(() -> new SharedResponse.Made(
                        ReadHandlers.overview(directory, readiness, 1_000_000).response(), () -> false));
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
