package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.memory.CacheBudget;
import io.discovery.memory.HeapReserve;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An answer that says which one it is, and that is made when the test lets it. */
@ExtendWith(VertxExtension.class)
class SharedResponseTest {

    private final AtomicLong now = new AtomicLong();
    private final Semaphore mayEnd = new Semaphore(0);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicBoolean isCurrent = new AtomicBoolean();
    private final WorkerExecutor workers;
    private final HeapReserve heap = new HeapReserve(1_000);
    private final CacheBudget budget = new CacheBudget(1_000, heap);
    private final SharedResponse shared;

    SharedResponseTest(Vertx vertx) {
        workers = vertx.createSharedWorkerExecutor("making", 4);
        shared = new SharedResponse(vertx, workers, this::make, budget, now::get);
    }

    @AfterEach
    void close() {
        mayEnd.release(100);
        workers.close().await();
    }

    private SharedResponse.Made make() throws InterruptedException {
        int number = begun.incrementAndGet();
        mayEnd.acquire();
        if (number == 13) {
            throw new IllegalStateException("thirteen");
        }
        return new SharedResponse.Made(Response.ok(Buffer.buffer(Integer.toString(number))), isCurrent::get);
    }

    @Test
    void allWhoAskWhileOneIsMadeShareTheNext() {
        Future<Response> first = shared.ask();
        await().until(() -> begun.get() == 1);
        Future<Response> second = shared.ask();
        Future<Response> third = shared.ask();

        now.addAndGet(SharedResponse.APART.toNanos());
        mayEnd.release(2);

        assertThat(first.await().body()).hasToString("1");
        assertThat(second.await().body()).as("asked after the first was begun").hasToString("2");
        assertThat(third.await()).isSameAs(second.await());
        assertThat(begun).hasValue(2);
    }

    @Test
    void oneServesAsLongAsItIsCurrent() {
        mayEnd.release(2);
        isCurrent.set(true);
        Response first = shared.ask().await();
        assertThat(shared.ask().await()).isSameAs(first);

        isCurrent.set(false);
        assertThat(shared.ask().await().body()).hasToString("2");
    }

    @Test
    void theOneThatIsCurrentCountsWhileItIs() {
        mayEnd.release(3);
        shared.ask().await();
        assertThat(budget.bytes()).as("it will be asked for no more").isZero();

        isCurrent.set(true);
        now.addAndGet(SharedResponse.APART.toNanos());
        shared.ask().await();
        assertThat(budget.bytes()).isPositive();

        isCurrent.set(false);
        now.addAndGet(SharedResponse.APART.toNanos());
        shared.ask().await();
        assertThat(budget.bytes()).isZero();
    }

    @Test
    void theOldOneIsLetGoOfBeforeTheNextIsMade() {
        mayEnd.release(1);
        isCurrent.set(true);
        shared.ask().await();
        isCurrent.set(false);
        now.addAndGet(SharedResponse.APART.toNanos());

        Future<Response> next = shared.ask();
        await().until(() -> begun.get() == 2);

        assertThat(budget.bytes()).isZero();
        mayEnd.release(1);
        next.await();
    }

    @Test
    void oneThatIsDroppedIsMadeAnew() {
        mayEnd.release(2);
        isCurrent.set(true);
        shared.ask().await();

        for (int n = 0; n < 4; n++) {
            budget.entry(() -> {}).keep(1);
        }
        now.addAndGet(SharedResponse.APART.toNanos());

        assertThat(shared.ask().await().body()).hasToString("2");
    }

    @Test
    void makingsBeginApart() {
        mayEnd.release(2);
        shared.ask().await();
        long asked = System.nanoTime();

        shared.ask().await();

        assertThat(System.nanoTime() - asked)
                .isGreaterThanOrEqualTo(SharedResponse.APART.minusMillis(1).toNanos());
    }

    @Test
    void oneThatFailsIsMadeAnew() {
        mayEnd.release(2);
        begun.set(12);
        Future<Response> failed = shared.ask();
        await().until(failed::failed);
        now.addAndGet(SharedResponse.APART.toNanos());

        assertThat(shared.ask().await().body()).hasToString("14");
    }

    @Test
    void whoAsksWhenNobodyMakesAnyMoreIsTold() {
        workers.close().await();

        for (int i = 0; i < 2; i++) {
            Future<Response> failed = shared.ask();
            await().until(failed::failed);
            now.addAndGet(SharedResponse.APART.toNanos());
        }
    }
}
