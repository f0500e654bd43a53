package io.discovery.xds;

import com.google.protobuf.Message;
import io.vertx.grpc.common.GrpcMessageDecoder;
import java.util.function.Function;

/**
 * A kind of streams: of one method of gRPC.
 *
 * @param decoder of requests
 * @param protocol creates a stream's protocol for its subscriptions
 */
record StreamKind<Q, R extends Message>(
        GrpcMessageDecoder<Q> decoder, Function<StreamSubscriptions, Protocol<Q, R>> protocol) {}
