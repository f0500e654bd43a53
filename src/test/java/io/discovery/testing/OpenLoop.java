package io.discovery.testing;

import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * Clients that do not wait for each other: requests leave at a fixed rate, whatever becomes of those before, and each
 * is timed from the moment at which it was due. Four of five read a list, which must be complete; of five writes three
 * are heartbeats, one registers a host and one removes such a host. Nothing is tried twice. One thread; close after
 * use.
 */
public final class OpenLoop implements AutoCloseable {

    private static final String STEADY = "steady";
    private static final String CHANGING = "changing";
    private static final int HOSTS = 20;
    private static final int CHANGING_HOSTS = 60_000;
    private static final int CONNECTIONS = 200;
    /** An idle connection ends sooner than a member that drains: both could use and end it at the same moment. */
    private static final int IDLE_SECONDS = 1;

    private static final int IDLE_CHECK_MILLIS = 100;
    /** The most requests under way; further ones count as not sent. */
    private static final int MOST_UNDER_WAY = 5_000;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern MEMBERS_WORDS = Pattern.compile("^\\{\"error\": \"([^;\"]*)");
    private static final int READS_A_WRITE = 4;
    private static final int WRITES_A_ROUND = 5;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final HttpClient http;
    private final int port;
    private final long pauseNanos;
    private final Thread thread = new Thread(this::run, "open-loop");
    private final AtomicInteger underWay = new AtomicInteger();
    private final Set<String> registered = ConcurrentHashMap.newKeySet();
    private final Side reads = new Side();
    private final Side writes = new Side();
    private final AtomicInteger alreadyGone = new AtomicInteger();
    private volatile boolean stopped;

    /**
     * The results of the clients.
     *
     * @param alreadyGone removals that were answered with 400: an earlier try of the load balancer's had removed the
     * host
     */
    public record Report(Result reads, Result writes, int alreadyGone) {
        @Override
        public String toString() {
            return "reads: " + reads + "; writes: " + writes
                    + (alreadyGone == 0 ? "" : ", " + alreadyGone + " removals found the host gone");
        }
    }

    /**
     * The results of reads or of writes.
     *
     * @param failures the number of failures of each kind
     * @param p99 of each hundred the slowest
     */
    public record Result(int requests, Map<String, Integer> failures, Duration p99, Duration slowest) {

        public Result {
            failures = Map.copyOf(failures);
        }

        @Override
        public String toString() {
            return "%d, failed %s, p99 %d ms, slowest %d ms"
                    .formatted(
                            requests,
                            failures.isEmpty() ? "0" : new TreeMap<>(failures).toString(),
                            p99.toMillis(),
                            slowest.toMillis());
        }
    }

    private static final class Side {
        private final List<Long> nanos = new ArrayList<>();
        private final Map<String, Integer> failures = new TreeMap<>();

        synchronized void add(long took, String failure) {
            nanos.add(took);
            if (!failure.isEmpty()) {
                failures.merge(failure, 1, Integer::sum);
            }
        }

        synchronized Result result() {
            long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
            int count = sorted.length;
            return new Result(
                    count,
                    failures,
                    Duration.ofNanos(count == 0 ? 0 : sorted[count * 99 / 100]),
                    Duration.ofNanos(count == 0 ? 0 : sorted[count - 1]));
        }
    }

    private OpenLoop(int port, int perSecond) {
        this.port = port;
        this.pauseNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) PATIENCE.toMillis())
                .setKeepAliveTimeout(IDLE_SECONDS);
        this.http = vertx.createHttpClient(
                options, new PoolOptions().setHttp1MaxSize(CONNECTIONS).setCleanerPeriod(IDLE_CHECK_MILLIS));
    }

    /** Registers the hosts that each list must have, and starts the requests. */
    public static OpenLoop start(int port, int perSecond) {
        TestClient client = new TestClient(port);
        for (int n = 0; n < HOSTS; n++) {
            Map<String, String> host = TestClient.registration(Map.of("ip", steady(n)));
            // A member that has just started may need more than one attempt.
            await().until(() -> client.post("/v1/registration/" + STEADY, host).statusCode() == 200);
        }
        OpenLoop loop = new OpenLoop(port, perSecond);
        loop.thread.start();
        return loop;
    }

    private static String steady(int n) {
        return "127.40.0." + (1 + n);
    }

    private static String changing(int n) {
        return "127.41." + n % CHANGING_HOSTS / 250 + "." + (1 + n % 250);
    }

    private void run() {
        long start = System.nanoTime();
        for (int n = 0; !stopped; n++) {
            long due = start + n * pauseNanos;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            send(n, due);
        }
    }

    private void send(int n, long due) {
        boolean isRead = n % (READS_A_WRITE + 1) != READS_A_WRITE;
        Side side = isRead ? reads : writes;
        if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
            underWay.decrementAndGet();
            side.add(0, "not sent: " + MOST_UNDER_WAY + " under way");
            return;
        }
        // On one event loop, where an answer cannot arrive between two steps of the code that waits for it.
        context.runOnContext(go -> (isRead ? read() : write(n / (READS_A_WRITE + 1)))
                .otherwise(broken -> broken.getClass().getSimpleName() + ": " + broken.getMessage())
                .onSuccess(why -> {
                    side.add(System.nanoTime() - due, why);
                    underWay.decrementAndGet();
                }));
    }

    /** Returns the fault of an answer; empty if there is none. */
    private Future<String> read() {
        return call(HttpMethod.GET, "/v1/registration/" + STEADY, "")
                .map(answer -> answer.status != 200
                        ? Integer.toString(answer.status)
                        : TestClient.hostsOf(answer.body).size() == HOSTS ? "" : "an incomplete list");
    }

    private Future<String> write(int n) {
        String last = changing(n / WRITES_A_ROUND);
        return switch (n % WRITES_A_ROUND) {
            case 0 ->
                register(CHANGING, last).onSuccess(failure -> {
                    if (failure.isEmpty()) {
                        registered.add(last);
                    }
                });
            case 4 -> registered.remove(last) ? remove(last) : register(STEADY, steady(n % HOSTS));
            default -> register(STEADY, steady(n % HOSTS));
        };
    }

    private Future<String> register(String service, String ip) {
        String form = TestClient.encode(TestClient.registration(Map.of("ip", ip)));
        return call(HttpMethod.POST, "/v1/registration/" + service, form)
                .map(answer -> answer.status == 200 ? "" : answer.failure());
    }

    private Future<String> remove(String ip) {
        return call(HttpMethod.DELETE, "/v1/registration/" + CHANGING + "/" + ip, "")
                .map(answer -> {
                    if (answer.status == 400) {
                        alreadyGone.incrementAndGet();
                    }
                    return answer.status == 200 || answer.status == 400 ? "" : answer.failure();
                });
    }

    private record Answer(int status, String body) {

        /** Returns the status and the first words of an error of a member: the rest differs from case to case. */
        String failure() {
            return status
                    + MEMBERS_WORDS
                            .matcher(body)
                            .results()
                            .map(words -> " " + words.group(1))
                            .findFirst()
                            .orElse("");
        }
    }

    private Future<Answer> call(HttpMethod method, String path, String form) {
        RequestOptions options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setMethod(method)
                .setURI(path)
                .setTimeout(PATIENCE.toMillis());
        if (!form.isEmpty()) {
            options.putHeader("Content-Type", "application/x-www-form-urlencoded");
        }
        return http.request(options)
                .compose(request -> form.isEmpty() ? request.send() : request.send(form))
                .compose(response ->
                        response.body().map(Buffer::toString).map(body -> new Answer(response.statusCode(), body)))
                // A connection may end without a word, and a body may stand still.
                .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Stops sending, waits for the answers and returns the results. */
    public Report stop() {
        stopped = true;
        join();
        while (underWay.get() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return new Report(reads.result(), writes.result(), alreadyGone.get());
    }

    private void join() {
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stopped = true;
        join();
        vertx.close().await();
    }
}
