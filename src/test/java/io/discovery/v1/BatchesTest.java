package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.http.Response;
import io.discovery.model.RegistryException.Overloaded;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Batches of questions whose maker waits until the test lets it go on. */
@ExtendWith(VertxExtension.class)
class BatchesTest {

    private final List<Set<Integer>> made = new CopyOnWriteArrayList<>();
    private final Semaphore permits = new Semaphore(0);
    private final Batches<Integer> batches;

    BatchesTest(Vertx vertx) {
        batches = new Batches<>(vertx.createSharedWorkerExecutor("batches", 4), this::make);
    }

    private Map<Integer, Response> make(Set<Integer> questions) {
        made.add(Set.copyOf(questions));
        permits.acquireUninterruptibly();
        if (questions.contains(0)) {
            throw new IllegalStateException("no answer to 0");
        }
        return questions.stream().collect(Collectors.toMap(n -> n, n -> Response.ok(Buffer.buffer("" + n))));
    }

    @Test
    void questionsThatComeMeanwhileMakeOneBatch() {
        Future<Response> first = batches.ask(1);
        await().until(() -> made.size() == 1);

        List<Future<Response>> rest =
                IntStream.of(1, 2, 2, 3).mapToObj(batches::ask).toList();
        permits.release(2);

        assertThat(first.await().body()).hasToString("1");
        assertThat(rest.stream().map(each -> each.await().body().toString())).containsExactly("1", "2", "2", "3");
        assertThat(made).containsExactly(Set.of(1), Set.of(1, 2, 3));
    }

    @Test
    void aBatchThatFailsKeepsNoOtherWaiting() {
        Future<Response> failing = batches.ask(0);
        await().until(() -> made.size() == 1);
        Future<Response> next = batches.ask(5);
        permits.release(2);

        assertThat(next.await().body()).hasToString("5");
        assertThat(failing.cause()).hasMessage("no answer to 0");
        permits.release();
        assertThat(batches.ask(6).await().body()).hasToString("6");
    }

    @Test
    void tooManyDifferentQuestionsAreRefused() {
        batches.ask(-1);
        await().until(() -> made.size() == 1);
        List<Future<Response>> waiting =
                IntStream.rangeClosed(1, Batches.MOST).mapToObj(batches::ask).toList();

        assertThat(batches.ask(-2).cause()).isInstanceOf(Overloaded.class).hasMessageContaining("1000 such requests");

        Future<Response> shared = batches.ask(1);
        permits.release(2);
        assertThat(shared.await().body()).hasToString("1");
        assertThat(waiting.get(Batches.MOST - 1).await().status()).isEqualTo(200);
    }
}
