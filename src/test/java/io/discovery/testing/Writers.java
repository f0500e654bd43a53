package io.discovery.testing;

import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;

/**
 * Clients that register one host after the other, each until it is acknowledged: a 503 or a broken connection is an
 * unknown outcome, and the client turns to the next member. At most {@link #MOST} registrations.
 */
public final class Writers implements AutoCloseable {

    private static final int MOST = 50_000;
    private static final Duration REQUEST_PATIENCE = Duration.ofMillis(1_500);

    private final String service;
    private final IntFunction<TestClient> members;
    private final IntSupplier size;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    /** The moments of acknowledgements by address, in nanoTime. */
    private final Map<String, Long> acknowledged = new ConcurrentSkipListMap<>();

    private final AtomicLong longestWaitNanos = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean stopped;

    /**
     * The results of the writers.
     *
     * @param acknowledged the addresses whose registration was acknowledged
     * @param longestWait from the first attempt at a registration to its acknowledgement
     */
    public record Result(Set<String> acknowledged, Duration longestWait) {}

    private Writers(String service, IntFunction<TestClient> members, IntSupplier size) {
        this.service = service;
        this.members = members;
        this.size = size;
    }

    public static Writers start(String service, int count, TestCluster cluster) {
        return start(new Writers(service, cluster::client, cluster::size), count);
    }

    /** Starts writers that turn to these members. */
    public static Writers start(String service, int count, List<TestClient> members) {
        return start(new Writers(service, members::get, members::size), count);
    }

    private static Writers start(Writers writers, int count) {
        for (int i = 0; i < count; i++) {
            int first = i;
            Thread thread = new Thread(() -> writers.write(first), "writer-" + i);
            writers.threads.add(thread);
            thread.start();
        }
        return writers;
    }

    private void write(int firstMember) {
        int member = firstMember;
        try {
            for (int i = next.getAndIncrement(); i < MOST && !stopped; i = next.getAndIncrement()) {
                String ip = "127.20." + i / 250 + "." + (1 + i % 250);
                long start = System.nanoTime();
                while (!stopped && !isAcknowledged(member % size.getAsInt(), ip)) {
                    member++;
                }
                if (!stopped) {
                    acknowledged.put(ip, System.nanoTime());
                    longestWaitNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
                }
            }
        } catch (RuntimeException | Error unexpected) {
            failure.set(unexpected);
        }
    }

    private boolean isAcknowledged(int member, String ip) {
        TestClient client = members.apply(member);
        String form = TestClient.encode(TestClient.registration(Map.of("ip", ip)));
        try {
            int status = client.send(client.request("/v1/registration/" + service)
                            .timeout(REQUEST_PATIENCE)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(form)))
                    .statusCode();
            if (status != 200 && status != 503) {
                throw new AssertionError("a registration was answered with " + status);
            }
            return status == 200;
        } catch (UncheckedIOException broken) {
            return false;
        }
    }

    /** Returns the moments of acknowledgements so far, in nanoTime, by address. */
    public Map<String, Long> acknowledged() {
        return new TreeMap<>(acknowledged);
    }

    public void awaitAcknowledged(int count) {
        await().alias(count + " acknowledged registrations")
                .atMost(Duration.ofSeconds(60))
                .until(() -> acknowledged.size() >= count || failure.get() != null);
    }

    public Result stop() {
        close();
        if (failure.get() != null) {
            throw new AssertionError("a writer failed", failure.get());
        }
        return new Result(acknowledged().keySet(), Duration.ofNanos(longestWaitNanos.get()));
    }

    @Override
    public void close() {
        stopped = true;
        threads.forEach(Writers::join);
    }

    private static void join(Thread thread) {
        try {
            thread.join(Duration.ofSeconds(30).toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
