package io.discovery.xds;

import io.vertx.grpc.common.GrpcStatus;
import org.jspecify.annotations.Nullable;

/** Rejection of a request, which ends its stream. */
final class XdsRejectedException extends RuntimeException {

    private final GrpcStatus status;
    private final String given;
    private final String expected;

    XdsRejectedException(GrpcStatus status, String given, String expected) {
        super(null, null, false, false);
        this.status = status;
        this.given = given;
        this.expected = expected;
    }

    /**
     * Returns the rejection of a request for more memory than the member has.
     *
     * @param scarce why the member has less than otherwise; null if it has not
     */
    static XdsRejectedException noMemory(String given, @Nullable String scarce) {
        return new XdsRejectedException(
                GrpcStatus.RESOURCE_EXHAUSTED,
                given,
                "no more than there are on all streams: "
                        + (scarce == null ? "they take all the memory that this member has for them" : scarce));
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
