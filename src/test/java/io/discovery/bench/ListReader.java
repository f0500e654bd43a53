package io.discovery.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A client that reads a list again and again, every second time compressed. */
final class ListReader implements AutoCloseable {

    /**
     * The pause between two reads: shorter than between changes of hosts, and long enough to leave the processors free.
     */
    private static final Duration PACE = Duration.ofMillis(10);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestClient member;
    private final String path;
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::run, "list-reader");
    private volatile int bytes;
    private volatile boolean stopped;

    private ListReader(TestClient member, String path) {
        this.member = member;
        this.path = path;
    }

    static ListReader start(TestClient member, String path) {
        ListReader reader = new ListReader(member, path);
        reader.thread.setDaemon(true);
        reader.thread.start();
        return reader;
    }

    private void run() {
        try {
            while (!stopped) {
                read();
                LockSupport.parkNanos(PACE.toNanos());
            }
        } catch (RuntimeException | Error failed) {
            failure.set(failed);
        }
    }

    private void read() {
        boolean compressed = reads.get() % 2 == 1;
        HttpRequest.Builder request = member.request(path).header("Accept-Encoding", compressed ? "gzip" : "identity");
        HttpResponse<byte[]> answer = member.send(request, BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        if (!compressed) {
            bytes = answer.body().length;
        }
        reads.incrementAndGet();
    }

    /** Counts the reads so far. */
    int reads() {
        return reads.get();
    }

    /** The length of the last list that was not compressed. */
    int bytes() {
        return bytes;
    }

    /**
     * Ends the reads and returns their number.
     *
     * @throws AssertionError if a read failed
     */
    int stop() {
        close();
        if (failure.get() != null) {
            throw new AssertionError("a read failed", failure.get());
        }
        return reads();
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE.toSeconds()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
