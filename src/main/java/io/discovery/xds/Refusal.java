package io.discovery.xds;

import io.vertx.grpc.common.GrpcStatus;

/** Why a stream ends. */
final class Refusal extends RuntimeException {

    private final GrpcStatus status;

    Refusal(GrpcStatus status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    GrpcStatus status() {
        return status;
    }
}
