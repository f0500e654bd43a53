package io.discovery.xds;

import io.discovery.directory.Subscriptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One gRPC stream: hands requests and changes to its protocol, and answers to the client.
 *
 * <p>Changes are gathered: sent when there was none for {@link #QUIET}, or {@link #LONGEST} after the first of them. While
 * the client reads more slowly than it is written to, nothing is: what changes is noted by name, and read of the directory
 * when the client has caught up, so that it gets the latest state alone. Nor is it asked for more then.
 *
 * <p>A client may be silent for days, and one whose machine has gone is silent too: each is pinged, and one that leaves a
 * ping unanswered until the next is forgotten, with its connection.
 *
 * <p>All but {@link #changed} belongs to the event loop of the stream's connection.
 */
final class Stream<Q, R> {

    static final Duration QUIET = Duration.ofMillis(100);
    static final Duration LONGEST = Duration.ofMillis(400);

    private static final Buffer PING = Buffer.buffer(new byte[Long.BYTES]);

    private final Vertx vertx;
    private final Context context;
    private final GrpcServerRequest<Q, R> call;
    private final GrpcServerResponse<Q, R> response;
    private final Interest interest;
    private final Protocol<Q> protocol;
    private final Runnable onEnd;
    private final long since = System.nanoTime();

    private final Set<String> changes = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean gathering = new AtomicBoolean();
    private volatile long lastChange;
    private boolean owesChanges;
    private long pulse;
    private boolean owesPong;
    private boolean ended;

    /** What makes the protocol of a stream. */
    interface Kind<Q, R> {
        Protocol<Q> protocol(Interest interest, Consumer<R> answers);
    }

    /** @param onEnd called once, when nothing more comes of it */
    Stream(
            Vertx vertx,
            GrpcServerRequest<Q, R> call,
            Subscriptions subscriptions,
            Kind<Q, R> kind,
            Consumer<Stream<Q, R>> onEnd) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.call = call;
        this.response = call.response();
        this.interest = new Interest(subscriptions, this::changed);
        this.protocol = kind.protocol(interest, this::send);
        this.onEnd = () -> onEnd.accept(this);
    }

    /**
     * From here on requests are taken.
     *
     * @param between two pings
     */
    void begin(Duration between) {
        call.handler(this::received);
        call.invalidMessageHandler(invalid -> end(GrpcStatus.INVALID_ARGUMENT, "a message that cannot be read"));
        call.endHandler(end -> end(GrpcStatus.OK, ""));
        call.errorHandler(error -> forget());
        call.exceptionHandler(gone -> forget());
        response.exceptionHandler(gone -> forget());
        response.drainHandler(drained -> catchUp());
        pulse = vertx.setPeriodic(between.toMillis(), due -> ping());
    }

    private void ping() {
        if (owesPong) {
            forget();
            call.connection().close();
            return;
        }
        owesPong = true;
        call.connection().ping(PING).onComplete(pong -> owesPong = false, gone -> forget());
    }

    private void received(Q request) {
        if (ended) {
            // Was behind the one that ended it.
            return;
        }
        try {
            protocol.received(request);
        } catch (Refusal refused) {
            end(refused.status(), String.valueOf(refused.getMessage()));
        }
    }

    private void send(R answer) {
        if (ended) {
            return;
        }
        response.write(answer).onFailure(gone -> forget());
        if (response.writeQueueFull()) {
            call.pause();
        }
    }

    /** On any thread. */
    private void changed(String service) {
        changes.add(service);
        lastChange = System.nanoTime();
        if (gathering.compareAndSet(false, true)) {
            long first = lastChange;
            context.runOnContext(on -> await(first));
        }
    }

    private void await(long first) {
        if (ended) {
            return;
        }
        long now = System.nanoTime();
        long quiet = QUIET.toNanos() - (now - lastChange);
        long longest = LONGEST.toNanos() - (now - first);
        long rest = Math.min(quiet, longest);
        if (rest <= 0) {
            sendChanges();
        } else {
            vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(rest)), due -> await(first));
        }
    }

    private void sendChanges() {
        if (response.writeQueueFull()) {
            owesChanges = true;
            return;
        }
        // Before they are read: what changes from here on is gathered anew.
        gathering.set(false);
        Set<String> services = new LinkedHashSet<>(changes);
        services.forEach(changes::remove);
        protocol.changed(services);
    }

    private void catchUp() {
        if (ended) {
            return;
        }
        if (owesChanges) {
            owesChanges = false;
            sendChanges();
        }
        if (!response.writeQueueFull()) {
            call.resume();
        }
    }

    /** Ends it with a status. */
    void end(GrpcStatus status, String message) {
        if (!ended) {
            forget();
            response.status(status).statusMessage(message).end();
        }
    }

    /** Ends it from another thread. */
    void endSoon(GrpcStatus status, String message) {
        context.runOnContext(on -> end(status, message));
    }

    private void forget() {
        if (!ended) {
            ended = true;
            vertx.cancelTimer(pulse);
            interest.close();
            onEnd.run();
        }
    }

    /** What it says of itself; from any thread. */
    <T> Future<T> ask(Callable<T> question) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(on -> {
            try {
                promise.complete(question.call());
            } catch (Exception failed) {
                promise.fail(failed);
            }
        });
        return promise.future();
    }

    Protocol<Q> protocol() {
        return protocol;
    }

    /** Where the client is. */
    SocketAddress address() {
        return call.connection().remoteAddress();
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - since);
    }
}
