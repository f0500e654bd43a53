package io.discovery.xds;

import io.vertx.grpc.common.GrpcStatus;

/** Why a request is not answered and its stream ends. */
final class Refusal extends RuntimeException {

    private final GrpcStatus status;
    private final String given;
    private final String expected;

    Refusal(GrpcStatus status, String given, String expected) {
        super("given " + given + ", expected " + expected, null, false, false);
        this.status = status;
        this.given = given;
        this.expected = expected;
    }

    GrpcStatus status() {
        return status;
    }

    String given() {
        return given;
    }

    String expected() {
        return expected;
    }
}
