package io.discovery.xds;

import com.google.protobuf.Message;
import io.discovery.connections.HeadCost;
import io.discovery.subscription.Subscriptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.CodecException;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.WireFormat;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * One gRPC stream: passes requests and changes to its protocol, and responses to the client.
 *
 * <p>The stream gathers changes until there was none for {@link #QUIET}, or for {@link #LONGEST} after the first. It
 * has one response on its way at a time: it builds the next from current content when the connection has taken the last
 * and the {@link MemoryBudget} has room; a long one in pieces, and only one long response of all streams at a time. So
 * a slow client gets only the latest state. Meanwhile the stream reads no requests.
 *
 * <p>A client may be silent for days, and so is one whose machine has gone: the stream pings each client, and closes
 * the connection if one ping is unanswered when the next is due. A client that answers pings but does not read loses
 * its stream.
 *
 * <p>All methods but {@link #changed} are confined to the event loop of the stream's connection.
 */
final class XdsStream<Q, R extends Message> {

    static final Duration QUIET = Duration.ofMillis(100);
    static final Duration LONGEST = Duration.ofMillis(400);

    /** gRPC's name for an uncompressed message. */
    private static final String PLAIN = "identity";

    /** Interval of checks whether the directory is still being rebuilt. */
    private static final long HELD_MILLIS = 100;
    /** Error code of RFC 9113, 7. */
    private static final long NO_ERROR = 0;

    private static final long TURN_MILLIS = 1;
    private static final long MB = 1_000_000;
    /** Bytes that an open stream takes: 9 kB, measured over 7,200 streams, and a third more for what is under way. */
    private static final long OPEN = 12_000;
    /** Bytes that the name of a changed service takes until the protocol handles the change. */
    private static final long CHANGE = 64;
    /** Bytes of gRPC's prefix of each message. */
    private static final int FRAME = 5;

    private static final Buffer PING = Buffer.buffer(new byte[Long.BYTES]);

    private final Vertx vertx;
    private final Context context;
    private final GrpcServerRequest<Q, R> call;
    private final GrpcServerResponse<Q, R> response;
    private final HttpServerRequest request;
    private final GrpcMessageDecoder<Q> decoder;
    private final MemoryShare memory;
    private final StreamSubscriptions interest;
    private final Protocol<Q, R> protocol;
    private final MemoryBudget answersBudget;
    private final Runnable turn;
    private final Limits limits;
    private final ConnectedClients clients;
    private final long since = System.nanoTime();

    private final Set<String> changes = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean gathering = new AtomicBoolean();
    private volatile long lastChange;
    /** A response is on its way, or waits for memory or for the end of a rebuild. */
    private boolean isSending;

    private boolean isMaking;
    private boolean isPaused;
    private volatile long arriving;
    private long pingTimer;
    private boolean owesPong;
    private boolean ended;

    /**
     * @param decoder of requests
     * @param protocol creates a stream's protocol for its subscriptions
     */
    record Kind<Q, R extends Message>(
            GrpcMessageDecoder<Q> decoder, Function<StreamSubscriptions, Protocol<Q, R>> protocol) {}

    /**
     * Limits of all streams, and the budgets that they share.
     *
     * @param pingInterval between two pings
     * @param taking time that a client may take to read a response, and once more for each MB of it
     * @param answers memory for responses on their way: each stream has its own copy, and a few hundred clients that
     *     reconnect at once, say after another member has ended, would take more than there is
     * @param held memory for all that open streams hold: themselves, names, texts
     * @param arriving memory for unfinished requests
     */
    record Limits(
            Duration pingInterval, Duration taking, MemoryBudget answers, MemoryBudget held, MemoryBudget arriving) {}

    /**
     * @param request the HTTP request of the call
     * @param clients all streams of the member, which this stream leaves when it ends
     */
    XdsStream(
            Vertx vertx,
            GrpcServerRequest<Q, R> call,
            HttpServerRequest request,
            Subscriptions subscriptions,
            Kind<Q, R> kind,
            Limits limits,
            ConnectedClients clients) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.call = call;
        this.response = call.response();
        this.request = request;
        this.memory = new MemoryShare(limits.held());
        memory.take(OPEN + HeadCost.of(request));
        this.interest = new StreamSubscriptions(subscriptions, memory, this::changed);
        this.decoder = kind.decoder();
        this.protocol = kind.protocol().apply(interest);
        this.answersBudget = limits.answers();
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
        countPieces();
        pingTimer = vertx.setPeriodic(limits.pingInterval().toMillis(), due -> ping());
    }

    /** Counts each piece of a request before the library keeps it. */
    @SuppressWarnings("unchecked") // the library itself sets the call as this handler
    private void countPieces() {
        Handler<Buffer> library = (Handler<Buffer>) call;
        request.handler(piece -> {
            arrive(piece.length());
            if (limits.arriving().isFull()) {
                clients.resetLargest();
            }
            library.handle(piece);
        });
    }

    private void hear(GrpcMessage message) {
        if (!ended) {
            arrive(-FRAME - message.payload().length());
            act(() -> protocol.received(decode(message)));
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by the event loop alone
    private void arrive(long bytes) {
        arriving += bytes;
        limits.arriving().take(bytes);
    }

    /** Bytes of requests that are unfinished or not handled yet. From any thread. */
    long arriving() {
        return arriving;
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
        if (interest.isHeld()) {
            vertx.setTimer(HELD_MILLIS, due -> haveTurn());
        } else if (answersBudget.isFull()) {
            answersBudget.await(turn);
        } else if (!protocol.isNextLong()) {
            makePiece();
        } else if (clients.making().isFull()) {
            clients.making().await(turn);
        } else {
            isMaking = true;
            clients.making().take(1);
            makePiece();
        }
    }

    private void makePiece() {
        if (interest.isHeld()) {
            // Pieces before were made in time.
            vertx.setTimer(HELD_MILLIS, due -> act(this::makePiece));
            return;
        }
        R answer = protocol.next();
        if (answer == null) {
            // By a timer, so that other streams have their turn in between.
            vertx.setTimer(TURN_MILLIS, due -> act(this::makePiece));
        } else {
            send(answer);
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
        answersBudget.letIn();
        clients.making().letIn();
    }

    private void send(R answer) {
        long bytes = answer.getSerializedSize();
        Duration patience = limits.taking().multipliedBy(1 + bytes / MB);
        Future<Void> written = response.write(answer);
        answersBudget.take(bytes);
        written.timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(taken -> sent(bytes), why -> notSent(bytes, patience, why));
    }

    private void sent(long bytes) {
        isSending = false;
        act(() -> {});
        // After the next response, so that waiting streams come first.
        answersBudget.leave(bytes);
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
        answersBudget.leave(bytes);
    }

    /**
     * Decodes a request itself: the library would unpack a compressed message to any size, and read JSON without the
     * scan.
     */
    private Q decode(GrpcMessage message) {
        if (!message.encoding().equals(PLAIN)) {
            throw new XdsRejectedException(
                    GrpcStatus.UNIMPLEMENTED, "a message in " + message.encoding(), "one in " + PLAIN);
        }
        if (message.format() != WireFormat.PROTOBUF) {
            throw new XdsRejectedException(
                    GrpcStatus.UNIMPLEMENTED, "a message in " + message.format(), "one in protobuf");
        }
        RequestScan.check(message.payload().getBytes());
        try {
            return decoder.decode(message);
        } catch (CodecException wrong) {
            throw RequestScan.unreadable();
        }
    }

    /** Gathers a change; from any thread. */
    private void changed(String service) {
        if (changes.add(service)) {
            memory.take(CHANGE);
        }
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
            act(this::takeChanges);
        } else {
            vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(rest)), due -> await(first));
        }
    }

    private void takeChanges() {
        // Before the changes are read, so that a later change is gathered anew.
        gathering.set(false);
        Set<String> services = new LinkedHashSet<>(changes);
        services.forEach(changes::remove);
        memory.leave(CHANGE * services.size());
        protocol.changed(services);
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
                                arriving);
                forget();
                response.cancel();
            }
        });
    }

    /** Ends the stream; from any thread. */
    void endSoon(GrpcStatus status, String message) {
        context.runOnContext(on -> end(status, message));
    }

    private void forget() {
        if (!ended) {
            ended = true;
            vertx.cancelTimer(pingTimer);
            interest.close();
            memory.close();
            answersBudget.forget(turn);
            clients.making().forget(turn);
            stopMaking();
            if (!request.isEnded()) {
                request.handler(chunk -> {});
            }
            clients.remove(this);
            arrive(-arriving);
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
