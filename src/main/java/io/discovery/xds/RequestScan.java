package io.discovery.xds;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;

/**
 * A check of a request's bytes before decoding: two bytes may become a hundred in memory, so 4 MB of empty names, or of
 * nested fields, would take more memory than a member has.
 */
final class RequestScan {

    /** Maximum number of fields: the names and versions of each list, and a few fields beside. */
    static final int MOST_FIELDS = 3 * StreamSubscriptions.MOST_NAMES + 100;
    /** Maximum bytes outside the lists of names and versions. Envoy 1.40 sends 77 kB about itself. */
    static final int LARGEST_OTHERS = 512 * 1024;

    /** Field numbers of the lists, in requests of the state of the world and of delta (discovery.proto). */
    private static final int FIRST_LIST = 3;

    private static final int LAST_LIST = 5;

    private RequestScan() {}

    /**
     * Checks a request of either variant.
     *
     * @throws XdsRejectedException if the request has too many fields or bytes, or is malformed and so cannot be
     *     measured
     */
    static void check(byte[] request) {
        CodedInputStream in = CodedInputStream.newInstance(request);
        int fields = 0;
        int others = 0;
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int begin = in.getTotalBytesRead();
                in.skipField(tag);
                fields++;
                int field = WireFormat.getTagFieldNumber(tag);
                if (field < FIRST_LIST || field > LAST_LIST) {
                    others += in.getTotalBytesRead() - begin;
                }
                check(fields, others);
            }
        } catch (IOException malformed) {
            throw unreadable();
        }
    }

    static XdsRejectedException unreadable() {
        return new XdsRejectedException(
                GrpcStatus.INVALID_ARGUMENT, "a message that cannot be read", "a request of xDS");
    }

    private static void check(int fields, int others) {
        if (fields > MOST_FIELDS) {
            throw tooMuch("a request of more fields", MOST_FIELDS + " names and versions");
        }
        if (others > LARGEST_OTHERS) {
            throw tooMuch("a request with more beside names", LARGEST_OTHERS + " bytes");
        }
    }

    private static XdsRejectedException tooMuch(String given, String most) {
        return new XdsRejectedException(GrpcStatus.RESOURCE_EXHAUSTED, given, "at most " + most);
    }
}
