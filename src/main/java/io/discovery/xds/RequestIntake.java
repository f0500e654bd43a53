package io.discovery.xds;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.CodecException;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.WireFormat;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.function.Consumer;

/**
 * The requests of a stream: counted while they arrive, scanned, and decoded. Confined to the event loop of the stream,
 * but for {@link #arriving}.
 */
final class RequestIntake<Q> {

    /** gRPC's name for an uncompressed message. */
    private static final String PLAIN = "identity";
    /** Bytes of gRPC's prefix of each message. */
    private static final int FRAME = 5;

    private final GrpcMessageDecoder<Q> decoder;
    private final MemoryBudget budget;
    private volatile long arriving;

    /** @param budget memory for the unfinished requests of all streams */
    RequestIntake(GrpcMessageDecoder<Q> decoder, MemoryBudget budget) {
        this.decoder = decoder;
        this.budget = budget;
    }

    /**
     * Counts each piece of a request before the library keeps it.
     *
     * @param onFull frees memory when the budget is full
     * @param onUnreadable ends the stream: the library would fail again at each further piece
     */
    @SuppressWarnings("unchecked") // the library itself sets the call as this handler
    void count(
            HttpServerRequest request,
            GrpcServerRequest<Q, ?> call,
            Runnable onFull,
            Consumer<XdsRejectedException> onUnreadable) {
        Handler<Buffer> library = (Handler<Buffer>) call;
        request.handler(piece -> {
            arrive(piece.length());
            if (budget.isFull()) {
                onFull.run();
            }
            try {
                library.handle(piece);
            } catch (UnsupportedOperationException compressed) {
                onUnreadable.accept(new XdsRejectedException(
                        GrpcStatus.UNIMPLEMENTED,
                        "a compressed message without the name of its compression",
                        "one in " + PLAIN));
            }
        });
    }

    /**
     * Decodes a whole request itself: the library would unpack a compressed message to any size, and read JSON without
     * the scan.
     *
     * @throws XdsRejectedException if it is compressed, JSON, or fails the scan
     */
    Q take(GrpcMessage message) {
        arrive(-FRAME - message.payload().length());
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

    @SuppressWarnings("NonAtomicVolatileUpdate") // by the event loop alone
    private void arrive(long bytes) {
        arriving += bytes;
        budget.take(bytes);
    }

    /** Returns the bytes of requests that are unfinished or not taken yet. From any thread. */
    long arriving() {
        return arriving;
    }

    /** Returns all bytes to the budget. */
    void forget() {
        arrive(-arriving);
    }
}
