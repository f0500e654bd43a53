package io.discovery.xds;

import io.vertx.grpc.common.GrpcStatus;

/** Why a request is not answered and its stream ends. */
final class Refusal extends RuntimeException {

    private final GrpcStatus status;
    private final String given;
    private final String expected;

    Refusal(GrpcStatus status, String given, String expected) {
        super(null, null, false, false);
        this.status = status;
        this.given = given;
        this.expected = expected;
    }

    /** Of more than the member has memory for. */
    static Refusal noMemory(String given) {
        return new Refusal(
                GrpcStatus.RESOURCE_EXHAUSTED,
                given,
                "no more than there are on all streams: they take all the memory that this member has for them");
    }

    @Override
    public String getMessage() {
        return "given " + given + ", expected " + expected;
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
