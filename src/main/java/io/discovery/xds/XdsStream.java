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
 * One gRPC stream: hands requests and changes to its protocol, and answers to the client.
 *
 * <p>Changes are gathered: sent when there was none for {@link #QUIET}, or {@link #LONGEST} after the first of them. One
 * answer at a time is on its way: the next is made, of what is there then, when the connection has taken the last, and there
 * is {@link MemoryBudget}; in pieces if it is long, one such answer of all streams after the other. So a client that reads slowly gets the latest state alone. Its requests wait as long.
 *
 * <p>A client may be silent for days, and one whose machine has gone is silent too: each is pinged, and one that leaves a
 * ping unanswered until the next is forgotten, with its connection. One that answers pings and does not read loses its stream.
 *
 * <p>All but {@link #changed} belongs to the event loop of the stream's connection.
 */
final class XdsStream<Q, R extends Message> {

    static final Duration QUIET = Duration.ofMillis(100);
    static final Duration LONGEST = Duration.ofMillis(400);

    /** What gRPC calls a message that is not compressed. */
    private static final String PLAIN = "identity";

    /** Between two looks whether there is something whole to tell. */
    private static final long HELD_MILLIS = 100;
    /** RFC 9113, 7. */
    private static final long NO_ERROR = 0;

    private static final long TURN_MILLIS = 1;
    private static final long MB = 1_000_000;
    /** Bytes that an open stream takes: 9 kB each, measured over 7,200 of them, and a third more for what is under way. */
    private static final long OPEN = 12_000;
    /** Bytes that the name of a changed service takes until the change is looked at. */
    private static final long CHANGE = 64;
    /** Bytes that gRPC puts before each message. */
    private static final int FRAME = 5;

    private static final Buffer PING = Buffer.buffer(new byte[Long.BYTES]);

    private final Vertx vertx;
    private final Context context;
    private final GrpcServerRequest<Q, R> call;
    private final GrpcServerResponse<Q, R> response;
    private final HttpServerRequest request;
    private final GrpcMessageDecoder<Q> decoder;
    private final MemoryShare held;
    private final StreamSubscriptions interest;
    private final Protocol<Q, R> protocol;
    private final MemoryBudget room;
    private final Runnable turn;
    private final Limits limits;
    private final ConnectedClients clients;
    private final long since = System.nanoTime();

    private final Set<String> changes = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean gathering = new AtomicBoolean();
    private volatile long lastChange;
    /** An answer is on its way, or waits for room, or until there is something whole to tell. */
    private boolean isSending;

    private boolean isMaking;
    private boolean isPaused;
    private volatile long arriving;
    private long pulse;
    private boolean owesPong;
    private boolean ended;

    /**
     * @param decoder of requests
     * @param protocol makes the protocol of a stream of what it follows
     */
    record Kind<Q, R extends Message>(
            GrpcMessageDecoder<Q> decoder, Function<StreamSubscriptions, Protocol<Q, R>> protocol) {}

    /**
     * The same for all streams of a member, and what they share.
     *
     * @param pulse between two pings
     * @param taking how long a client may take to read an answer, and once more for each MB of it
     * @param answers memory for those that are on their way: each is a copy of its own, and a few hundred clients that come
     *     back at once, after another member has ended, say, would take more than there is
     * @param held memory for all that streams hold as long as they are open: themselves, names, texts
     * @param arriving memory for requests that are not whole yet
     */
    record Limits(Duration pulse, Duration taking, MemoryBudget answers, MemoryBudget held, MemoryBudget arriving) {}

    /**
     * @param request of which the call is made
     * @param clients all streams of the member, of which it is one until it ends
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
        this.held = new MemoryShare(limits.held());
        held.take(OPEN + HeadCost.of(request));
        this.interest = new StreamSubscriptions(subscriptions, held, this::changed);
        this.decoder = kind.decoder();
        this.protocol = kind.protocol().apply(interest);
        this.room = limits.answers();
        this.turn = () -> context.runOnContext(on -> haveTurn());
        this.limits = limits;
        this.clients = clients;
    }

    /** From here on requests are taken. */
    void begin() {
        call.messageHandler(this::hear);
        call.invalidMessageHandler(large -> refuse(new XdsRejectedException(
                GrpcStatus.RESOURCE_EXHAUSTED, "a larger message", "at most " + Xds.LARGEST_REQUEST + " bytes")));
        call.endHandler(end -> end(GrpcStatus.OK, ""));
        call.errorHandler(error -> forget());
        call.exceptionHandler(gone -> forget());
        response.exceptionHandler(gone -> forget());
        countPieces();
        pulse = vertx.setPeriodic(limits.pulse().toMillis(), due -> ping());
    }

    /** Has each piece of a request counted before the library keeps it. */
    @SuppressWarnings("unchecked") // It is what the library has set to handle them.
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

    /** Bytes of requests that are not whole yet, or wait to be looked at. From any thread. */
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

    /** Takes a step of the protocol, unless the stream has ended, and sends what is owed by it. */
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
        clients.log().info("the stream of {} is ended: {}", address(), refused.getMessage());
        if (refused.status() == GrpcStatus.RESOURCE_EXHAUSTED) {
            clients.tally().refused();
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
        } else if (room.isFull()) {
            room.await(turn);
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
            // By a timer: others have their turn in between.
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

    /** There was room, and unless others have been quicker there is. */
    private void haveTurn() {
        isSending = false;
        act(() -> {});
        room.letIn();
        clients.making().letIn();
    }

    private void send(R answer) {
        long bytes = answer.getSerializedSize();
        Duration patience = limits.taking().multipliedBy(1 + bytes / MB);
        Future<Void> written = response.write(answer);
        room.take(bytes);
        written.timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(taken -> sent(bytes), why -> notSent(bytes, patience, why));
    }

    private void sent(long bytes) {
        isSending = false;
        act(() -> {});
        // After that: if others wait for room, this stream comes after them.
        room.leave(bytes);
    }

    private void notSent(long bytes, Duration patience, Throwable why) {
        if (why instanceof TimeoutException) {
            clients.log()
                    .info(
                            "{} has not read an answer of {} bytes within {} s: its stream is reset",
                            address(),
                            bytes,
                            patience.toSeconds());
            response.cancel();
        }
        forget();
        room.leave(bytes);
    }

    /** Not left to the library, which would unpack whatever a compressed message says it is, and read JSON unlooked at. */
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

    /** On any thread. */
    private void changed(String service) {
        if (changes.add(service)) {
            held.take(CHANGE);
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
        // Before they are read: what changes from here on is gathered anew.
        gathering.set(false);
        Set<String> services = new LinkedHashSet<>(changes);
        services.forEach(changes::remove);
        held.leave(CHANGE * services.size());
        protocol.changed(services);
    }

    /** Ends it with a status. */
    void end(GrpcStatus status, String message) {
        if (!ended) {
            forget();
            end(response, request, status, message);
        }
    }

    /**
     * Tells the client a status, and then ends its half of the stream too (RFC 9113, 8.1): one that does not by itself would
     * have the library keep the stream, and what has come of it, as long as the connection lives.
     */
    static void end(GrpcServerResponse<?, ?> response, HttpServerRequest request, GrpcStatus status, String message) {
        Future<Void> told = response.status(status).statusMessage(message).end();
        if (!request.isEnded()) {
            // It may go on sending until it hears of it, and the library would keep what comes.
            request.handler(chunk -> {});
            told.onSuccess(done -> request.response().reset(NO_ERROR));
        }
    }

    /** Resets it, from any thread, because there is no room for what comes. */
    void resetSoon() {
        context.runOnContext(on -> {
            if (!ended) {
                clients.log()
                        .warn(
                                "the stream of {} is reset: given {} bytes of a request that is not whole, expected less, since all"
                                        + " streams together have more than there is room for",
                                address(),
                                arriving);
                forget();
                response.cancel();
            }
        });
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
            held.close();
            room.forget(turn);
            clients.making().forget(turn);
            stopMaking();
            if (!request.isEnded()) {
                request.handler(chunk -> {});
            }
            clients.remove(this);
            arrive(-arriving);
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

    Protocol<Q, R> protocol() {
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
