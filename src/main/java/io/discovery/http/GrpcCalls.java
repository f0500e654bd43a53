package io.discovery.http;

import io.discovery.auth.AuthException;
import io.discovery.model.RegistryException.InvalidParameter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Requests that are calls of gRPC, recognised by their content type (RFC 9110, 8.3.1, in the form of gRPC's
 * "PROTOCOL-HTTP2").
 *
 * <p>Only messages in protobuf are accepted. The library knows JSON too, but parses a message before its size can be
 * limited; and it knows forms for browsers, which cannot keep a stream of xDS.
 */
final class GrpcCalls {

    private static final String GRPC = "application/grpc";
    private static final String PROTO = GRPC + "+proto";

    private GrpcCalls() {}

    /** Statuses of refused calls (gRPC, "Status codes and their use in gRPC"). */
    enum GrpcStatus {
        PERMISSION_DENIED(7),
        RESOURCE_EXHAUSTED(8),
        UNAVAILABLE(14),
        UNAUTHENTICATED(16);

        private final int code;

        GrpcStatus(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        /** Returns the status for a client that is refused for what it is, or is not. */
        static GrpcStatus of(Throwable refusal) {
            if (refusal instanceof AuthException.NotAllowed) {
                return PERMISSION_DENIED;
            }
            return refusal instanceof AuthException.NotIdentified ? UNAUTHENTICATED : RESOURCE_EXHAUSTED;
        }
    }

    /** Returns whether a request is a call, also one of a form that is refused. */
    static boolean isOne(HttpServerRequest request) {
        String type = type(request);
        return request.version() == HttpVersion.HTTP_2 && type != null && type.startsWith(GRPC);
    }

    /** Returns the response to a call of a form that is refused; null if it is accepted. */
    static @Nullable Response refusal(HttpServerRequest request) {
        String type = String.valueOf(type(request));
        int parameters = type.indexOf(';');
        String form = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        if (!form.equals(GRPC) && !form.equals(PROTO)) {
            return ErrorResponses.error(
                    415, new InvalidParameter("content-type", type, GRPC + " or " + PROTO).getMessage());
        }
        String path = request.path();
        if (path == null || !path.startsWith("/")) {
            return ErrorResponses.error(
                    400, new InvalidParameter("path", String.valueOf(path), "/service/method").getMessage());
        }
        if (parameters >= 0) {
            // They say nothing about protobuf, and the library knows none.
            request.headers().set(HttpHeaders.CONTENT_TYPE, form);
        }
        return null;
    }

    /** Writes the head of a response that refuses a call, in the form of gRPC's "Trailers-Only". */
    static void refuse(HttpServerResponse response, GrpcStatus status, String message) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, GRPC)
                .putHeader("grpc-status", Integer.toString(status.code()))
                .putHeader("grpc-message", encoded(message));
    }

    /** Encodes a message as gRPC's "PROTOCOL-HTTP2" says: by percent, all but printable ASCII. */
    private static String encoded(String message) {
        StringBuilder text = new StringBuilder();
        for (byte each : message.getBytes(StandardCharsets.UTF_8)) {
            boolean isPlain = each >= ' ' && each <= '~' && each != '%';
            text.append(isPlain ? (char) each : String.format("%%%02X", each));
        }
        return text.toString();
    }

    private static @Nullable String type(HttpServerRequest request) {
        return request.getHeader(HttpHeaders.CONTENT_TYPE);
    }
}
