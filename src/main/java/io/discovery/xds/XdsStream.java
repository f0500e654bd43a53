package io.discovery.xds;

import com.google.protobuf.Message;
import io.discovery.connections.HeadCost;
import io.discovery.subscription.EventLoopNotifier;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One gRPC stream: passes requests and changes to its protocol, and responses to the client.
 *
 * <p>The stream has one response on its way at a time: it builds the next from current content when the connection has
 * taken the last and the {@link MemoryBudget} has room; a long one in pieces, and only one long response of all streams
 * at a time. So a slow client gets only the latest state. Meanwhile the stream reads no requests, and one between two
 * responses.
 *
 * <p>A client may be silent for days, and so is one whose machine has gone: the stream pings each client, and closes
 * the connection if one ping is unanswered when the next is due. A client that answers pings but does not read loses
 * its stream.
 *
 * <p>All methods that do not say otherwise are confined to the event loop of the stream's connection.
 */
final class XdsStream<Q, R extends Message> {

    /** Interval of checks whether the directory is still being rebuilt. */
    private static final long HELD_MILLIS = 100;
    /** Error code of RFC 9113, 7. */
    private static final long NO_ERROR = 0;

    private static final long TURN_MILLIS = 1;
    private static final long MB = 1_000_000;
    /** Bytes that an open stream takes: 9 kB, measured over 7,200 streams, and a third more for what is under way. */
    private static final long OPEN = 12_000;

    private static final Buffer PING = Buffer.buffer(new byte[Long.BYTES]);

    private final Vertx vertx;
    private final Context context;
    private final GrpcServerRequest<Q, R> call;
    private final GrpcServerResponse<Q, R> response;
    private final HttpServerRequest request;
    private final RequestIntake<Q> intake;
    private final MemoryShare memory;
    private final ChangeGatherer changes;
    private final StreamSubscriptions interest;
    private final Protocol<Q, R> protocol;
    private final MemoryBudget responses;
    private final Runnable turn;
    private final StreamLimits limits;
    private final ConnectedClients clients;
    private final long since = System.nanoTime();

    /** A response is on its way, or waits for memory or for the end of a rebuild. */
    private boolean isSending;

    private boolean isMaking;
    private boolean isPaused;
    private long pingTimer;
    private boolean owesPong;
    private boolean ended;

    /**
     * @param request the HTTP request of the call
     * @param notifier of the stream's event loop
     * @param clients all streams of the member, which this stream leaves when it ends
     */
    XdsStream(
            Vertx vertx,
            GrpcServerRequest<Q, R> call,
            HttpServerRequest request,
            EventLoopNotifier notifier,
            StreamKind<Q, R> kind,
            StreamLimits limits,
            ConnectedClients clients) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.call = call;
        this.response = call.response();
        this.request = request;
        this.memory = new MemoryShare(limits.held());
        memory.take(OPEN + HeadCost.of(request));
        this.intake = new RequestIntake<>(kind.decoder(), limits.arriving());
        this.changes = new ChangeGatherer(vertx, memory, this::changed);
        this.interest = new StreamSubscriptions(notifier, memory, changes::add, this::stop);
        this.protocol = kind.protocol().apply(interest);
        this.responses = limits.responses();
        this.turn = () -> context.runOnContext(on -> haveTurn());
        this.limits = limits;
        this.clients = clients;
    }

    /** Starts taking requests. */
    void begin() {
        call.messageHandler(this::hear);
        call.invalidMessageHandler(large -> refuse(new XdsRejectedException(
                GrpcStatus.RESOURCE_EXHAUSTED, "a larger message", "at most " + Xds.LARGEST_REQUEST + " bytes")));
        call.endHandler(end -> end(GrpcStatus.OK, ""));
        call.errorHandler(error -> forget());
        call.exceptionHandler(gone -> forget());
        response.exceptionHandler(gone -> forget());
        // The library does not tell of a stream that this member resets.
        request.response().closeHandler(closed -> forget());
        intake.count(request, call, clients::resetLargest, this::refuse);
        pingTimer = vertx.setPeriodic(limits.pingInterval().toMillis(), due -> ping());
    }

    private void hear(GrpcMessage message) {
        if (!ended) {
            act(() -> protocol.received(intake.take(message)));
        }
    }

    private void changed(Set<String> services) {
        act(() -> protocol.changed(services));
    }

    /** Returns the bytes of requests that are unfinished or not handled yet. From any thread. */
    long arriving() {
        return intake.arriving();
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

    /** Runs a step of the protocol, unless the stream has ended, and sends the next response. */
    private void act(Runnable step) {
        if (ended) {
            return;
        }
        try {
            step.run();
            sendNext();
        } catch (XdsRejectedException refused) {
            refuse(refused);
        } catch (RuntimeException failed) {
            clients.log().error("the stream of {} failed", address(), failed);
            end(GrpcStatus.INTERNAL, "the stream failed; the log of the member says more");
        }
    }

    private void refuse(XdsRejectedException refused) {
        clients.log().info("ending the stream of {}: {}", address(), refused.getMessage());
        if (refused.status() == GrpcStatus.RESOURCE_EXHAUSTED) {
            clients.metrics().refused();
        }
        end(refused.status(), refused.getMessage());
    }

    private void sendNext() {
        if (isSending) {
            return;
        }
        if (!protocol.owes()) {
            listen();
            return;
        }
        isSending = true;
        isPaused = true;
        call.pause();
        int before = interest.rebuilds();
        if (interest.isHeld()) {
            vertx.setTimer(HELD_MILLIS, due -> haveTurn());
        } else if (responses.isFull()) {
            responses.await(turn);
        } else if (!isNextLong(before)) {
            makePiece();
        } else if (clients.making().isFull()) {
            clients.making().await(turn);
        } else {
            isMaking = true;
            clients.making().take(1);
            makePiece();
        }
    }

    private boolean isNextLong(int rebuildsBefore) {
        boolean isLong = protocol.isNextLong();
        requireNoRebuildSince(rebuildsBefore);
        return isLong;
    }

    /**
     * Ends the stream if the directory was rebuilt during a read: the protocol counts as sent what it has read.
     *
     * @throws XdsRejectedException then
     */
    private void requireNoRebuildSince(int before) {
        if (interest.wasRebuiltSince(before)) {
            throw new XdsRejectedException(
                    GrpcStatus.UNAVAILABLE,
                    "a response under construction while this member learns what other members have newer",
                    "a new stream, to any member");
        }
    }

    private void makePiece() {
        int before = interest.rebuilds();
        if (interest.isHeld()) {
            // Pieces before were made in time.
            vertx.setTimer(HELD_MILLIS, due -> act(this::makePiece));
            return;
        }
        R message = protocol.next();
        requireNoRebuildSince(before);
        if (message == null) {
            // By a timer, so that other streams have their turn in between.
            vertx.setTimer(TURN_MILLIS, due -> act(this::makePiece));
        } else {
            send(message);
            stopMaking();
        }
    }

    private void stopMaking() {
        if (isMaking) {
            isMaking = false;
            clients.making().leave(1);
        }
    }

    private void listen() {
        if (isPaused) {
            isPaused = false;
            call.resume();
        }
    }

    /** Continues a stream that waited for memory, and may have to wait again if other streams took it. */
    private void haveTurn() {
        isSending = false;
        act(() -> {});
        responses.letIn();
        clients.making().letIn();
    }

    private void send(R message) {
        long bytes = message.getSerializedSize();
        Duration patience = limits.taking().multipliedBy(1 + bytes / MB);
        Future<Void> written = response.write(message);
        responses.take(bytes);
        written.timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(taken -> sent(bytes), why -> notSent(bytes, patience, why));
    }

    private void sent(long bytes) {
        isSending = false;
        if (isPaused && !ended) {
            // A request that waits comes before the next response: a stream that always owes one would read none.
            call.fetch(1);
        }
        context.runOnContext(next -> {
            act(() -> {});
            // After the next response, so that waiting streams come first.
            responses.leave(bytes);
        });
    }

    private void notSent(long bytes, Duration patience, Throwable why) {
        if (why instanceof TimeoutException) {
            clients.log()
                    .info(
                            "{} has not read a response of {} bytes within {} s: its stream is reset",
                            address(),
                            bytes,
                            patience.toSeconds());
            response.cancel();
        }
        forget();
        responses.leave(bytes);
    }

    /** Ends the stream with a status. */
    void end(GrpcStatus status, String message) {
        if (!ended) {
            forget();
            end(response, request, status, message);
        }
    }

    /**
     * Sends the client a status, and then ends its half of the stream too (RFC 9113, 8.1): for a client that does not
     * end it, the library would keep the stream, and what has arrived of it, as long as the connection lives.
     */
    static void end(GrpcServerResponse<?, ?> response, HttpServerRequest request, GrpcStatus status, String message) {
        Future<Void> told = response.status(status).statusMessage(message).end();
        if (!request.isEnded()) {
            // The client may go on sending until the status arrives, and the library would keep those bytes.
            request.handler(chunk -> {});
            told.onSuccess(done -> request.response().reset(NO_ERROR));
        }
    }

    /** Resets the stream for lack of memory for its request; from any thread. */
    void resetSoon() {
        context.runOnContext(on -> {
            if (!ended) {
                clients.log()
                        .warn(
                                "the stream of {} is reset: given {} bytes of an unfinished request, expected less, since all"
                                        + " streams together exceed their memory",
                                address(),
                                intake.arriving());
                forget();
                response.cancel();
            }
        });
    }

    /** Ends the stream, because the member stops; from any thread. */
    void stopSoon() {
        context.runOnContext(on -> stop());
    }

    private void stop() {
        end(GrpcStatus.UNAVAILABLE, "this member stops");
    }

    private void forget() {
        if (!ended) {
            ended = true;
            vertx.cancelTimer(pingTimer);
            interest.close();
            changes.close();
            memory.close();
            responses.forget(turn);
            clients.making().forget(turn);
            stopMaking();
            if (!request.isEnded()) {
                request.handler(chunk -> {});
            }
            clients.remove(this);
            intake.forget();
        }
    }

    /** Runs a question on the event loop of the stream; from any thread. */
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

    Protocol<Q, R> protocol() {
        return protocol;
    }

    /** Returns the client's address. */
    SocketAddress address() {
        return call.connection().remoteAddress();
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - since);
    }
}
