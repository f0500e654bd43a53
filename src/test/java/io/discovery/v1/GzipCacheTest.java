package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.http.Response;
import io.discovery.memory.CacheBudget;
import io.discovery.memory.HeapReserve;
import io.discovery.memory.HeapReserve.Reach;
import io.discovery.model.CheckIn;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Lists that clients want in gzip while the only worker is busy. */
@ExtendWith(VertxExtension.class)
class GzipCacheTest {

    private static final int LIST = 10_000;
    /** The room for four lists that wait: for half of it, since each may become as long again. */
    private static final long ROOM = 16 * LIST;

    private final WorkerExecutor workers;
    private final AtomicLong now = new AtomicLong();
    private final CountDownLatch mayWork = new CountDownLatch(1);
    private final HeapReserve heap = new HeapReserve(1_000);
    private final CacheBudget budget = new CacheBudget(ROOM, heap);
    private final Directory directory =
            new Directory(Lease.of(Duration.ofMinutes(1)), ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());
    private final GzipCache compressed;

    GzipCacheTest(Vertx vertx) {
        workers = vertx.createSharedWorkerExecutor("compressing", 1);
        compressed = new GzipCache(workers, budget, now::get);
    }

    @BeforeEach
    void keepTheWorkerBusy() {
        workers.executeBlocking(() -> {
            mayWork.await();
            return null;
        });
    }

    @AfterEach
    void close() {
        mayWork.countDown();
        workers.close().await();
    }

    @Test
    void listsThatWaitTakeNoMoreThanTheirShare() throws IOException {
        List<Future<Response>> asked = new ArrayList<>();
        for (int n = 0; n < 6; n++) {
            asked.add(compressed.of(list("service-" + n, n), plain(n)));
        }

        assertThat(asked.subList(4, 6)).as("sent as they are").allMatch(Future::failed);
        mayWork.countDown();
        for (int n = 0; n < 4; n++) {
            assertThat(unzipped(asked.get(n))).isEqualTo(plain(n).body());
        }
        assertThat(unzipped(compressed.of(list("service-5", 5), plain(5))))
                .as("when there is room again")
                .isEqualTo(plain(5).body());
    }

    @Test
    void whileTheHeapIsScarceNoLongListWaits() {
        heap.collected(900, Reach.ALL);

        assertThat(compressed.of(list("service", 1), plain(1)).failed()).isTrue();
    }

    @Test
    void oneListOfANameWaitsHoweverOftenItChanges() throws IOException {
        Future<Response> first = compressed.of(list("service", 1), plain(1));
        Future<Response> second = compressed.of(list("service", 2), plain(2));
        Future<Response> third = compressed.of(list("service", 3), plain(3));

        assertThat(List.of(second, third)).as("sent as they are").allMatch(Future::failed);
        mayWork.countDown();
        assertThat(unzipped(first)).isEqualTo(plain(1).body());
        assertThat(unzipped(compressed.of(list("service", 3), plain(3)))).isEqualTo(plain(3).body());
    }

    /** The hosts of an old list hold bytes of lists that are older still. */
    @Test
    void aListInGzipKeepsNoSnapshot() {
        mayWork.countDown();
        WeakReference<Snapshot> old = new WeakReference<>(list("service", 1));
        compressed.of(list("service", 1), plain(1)).await();
        list("service", 2);

        await().until(() -> {
            System.gc();
            return old.get() == null;
        });
    }

    @Test
    void aListThatNoClientReadsAnyMoreGivesItsMemoryBack() {
        mayWork.countDown();
        compressed.of(list("service", 1), plain(1)).await();
        await().until(() -> budget.bytes() > 0);
        long ofOne = budget.bytes();

        now.addAndGet(Duration.ofSeconds(61).toNanos());
        compressed.of(list("another", 1), plain(2)).await();

        await().untilAsserted(() -> assertThat(budget.bytes()).isEqualTo(ofOne));
    }

    private Snapshot list(String service, int port) {
        CheckIn checkIn = new CheckIn(new Version(port + 1, 1), port, "r", "");
        directory.merge(new Registration(Fixtures.key(service, 1), checkIn, Tags.NONE, null));
        return directory.service(new ServiceName(service));
    }

    private static Response plain(int n) {
        return Response.ok(Buffer.buffer(Integer.toString(n).repeat(LIST)));
    }

    private static Buffer unzipped(Future<Response> answer) throws IOException {
        byte[] gzip = answer.await().body().getBytes();
        return Buffer.buffer(new GZIPInputStream(new ByteArrayInputStream(gzip)).readAllBytes());
    }
}
