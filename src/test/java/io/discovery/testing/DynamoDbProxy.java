package io.discovery.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A proxy between members and a DynamoDB. It counts requests, and fails them as a test wants. Operations have the names
 * of DynamoDB, like {@code PutItem}; {@link #ANY} is all of them. All threads may use it.
 */
public final class DynamoDbProxy implements AutoCloseable {

    public static final String ANY = "*";

    private static final String LOOPBACK = "127.0.0.1";
    private static final int PATIENCE_SECONDS = 20;
    private static final int CONNECTIONS = 200;

    /** An answer that replaces DynamoDB's, a number of times. */
    private static final class Fault {
        private final int status;
        private final String code;
        private final AtomicInteger left;

        Fault(int status, String code, int times) {
            this.status = status;
            this.code = code;
            this.left = new AtomicInteger(times);
        }

        boolean takes() {
            return left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
        }
    }

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client;
    private final int target;
    private final String address;
    private final int port;
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile long latencyMillis;
    private volatile boolean frozen;
    private @Nullable HttpServer listening;

    private DynamoDbProxy(int target, String address) {
        this.target = target;
        this.address = address;
        this.port = Ports.free(1).get(0);
        this.client = vertx.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
        restore();
    }

    /** Starts a proxy of the server that listens on {@code port} of this machine. */
    public static DynamoDbProxy before(int port) {
        return before(port, LOOPBACK);
    }

    /** Starts a proxy for members that reach this machine at {@code address}. */
    public static DynamoDbProxy before(int port, String address) {
        return new DynamoDbProxy(port, address);
    }

    public URI endpoint() {
        return URI.create("http://" + address + ":" + port);
    }

    /** Counts the requests of an operation so far, with those that failed. */
    public long count(String operation) {
        return operation.equals(ANY)
                ? counts.values().stream().mapToLong(LongAdder::sum).sum()
                : Optional.ofNullable(counts.get(operation)).map(LongAdder::sum).orElse(0L);
    }

    /** Counts the requests that have come and are not finished. Frozen ones do not count: they never finish. */
    public int underWay() {
        return underWay.get();
    }

    public void resetCounts() {
        counts.clear();
    }

    /** Lets the next requests of an operation find no capacity. */
    public void throttle(String operation, int times) {
        fail(operation, 400, "ProvisionedThroughputExceededException", times);
    }

    /** Forbids an operation from now on. */
    public void deny(String operation) {
        fail(operation, 400, "AccessDeniedException", Integer.MAX_VALUE);
    }

    /** Lets the next requests of an operation fail inside the server. */
    public void breakDown(String operation, int times) {
        fail(operation, 500, "InternalServerError", times);
    }

    /** Answers the next requests of an operation with this status and error code. */
    public void fail(String operation, int status, String code, int times) {
        faults.put(operation, new Fault(status, code, times));
    }

    /** Delays every request. */
    public void slowDown(Duration latency) {
        latencyMillis = latency.toMillis();
    }

    /** Accepts connections, reads requests, and never answers. */
    public void freeze() {
        frozen = true;
    }

    /** Refuses new connections and closes those that exist. */
    public synchronized void refuse() {
        HttpServer server = listening;
        if (server != null) {
            listening = null;
            await(server.close());
        }
    }

    /** Ends all faults, on the same port. Frozen requests stay unanswered. */
    public synchronized void restore() {
        faults.clear();
        latencyMillis = 0;
        frozen = false;
        if (listening == null) {
            HttpServer server = vertx.createHttpServer().requestHandler(this::handle);
            listening = await(server.listen(port, address));
        }
    }

    private void handle(HttpServerRequest request) {
        String operation = operation(request);
        counts.computeIfAbsent(operation, key -> new LongAdder()).increment();
        if (frozen) {
            return;
        }
        underWay.incrementAndGet();
        Fault fault = fault(operation);
        request.body()
                .compose(this::later)
                .compose(body -> fault == null ? forward(request, body) : answer(request.response(), fault))
                // No client gets an answer: the connection ends.
                .onFailure(broken -> request.connection().close())
                .onComplete(done -> underWay.decrementAndGet());
    }

    private static String operation(HttpServerRequest request) {
        String target = request.getHeader("X-Amz-Target");
        return target == null ? "" : target.substring(target.indexOf('.') + 1);
    }

    private @Nullable Fault fault(String operation) {
        for (String name : new String[] {operation, ANY}) {
            Fault fault = faults.get(name);
            if (fault != null && fault.takes()) {
                return fault;
            }
        }
        return null;
    }

    private Future<Buffer> later(Buffer body) {
        long latency = latencyMillis;
        return latency == 0
                ? Future.succeededFuture(body)
                : vertx.timer(latency, TimeUnit.MILLISECONDS).map(body);
    }

    private static Future<Void> answer(HttpServerResponse response, Fault fault) {
        return response.setStatusCode(fault.status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-amz-json-1.0")
                .end("{\"__type\":\"com.amazonaws.dynamodb.v20120810#" + fault.code + "\",\"message\":\"the proxy says "
                        + fault.code + "\"}");
    }

    private Future<Void> forward(HttpServerRequest request, Buffer body) {
        return client.request(HttpMethod.POST, target, LOOPBACK, request.uri())
                .compose(onward -> {
                    onward.headers().addAll(request.headers());
                    return onward.send(body);
                })
                .compose(answer -> answer.body().compose(content -> {
                    HttpServerResponse response = request.response().setStatusCode(answer.statusCode());
                    response.headers().addAll(answer.headers());
                    response.headers().remove(HttpHeaders.TRANSFER_ENCODING);
                    return response.end(content);
                }));
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
