package io.discovery.xds;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;

/**
 * A look at the bytes of a request before any of it becomes an object: two bytes may stand for a hundred in memory, so that 4
 * MB of empty names, or of fields in fields, would take what a member does not have.
 */
final class RequestScan {

    /** Names and versions that a request may have: as many as are taken of each kind, and a few fields beside. */
    static final int MOST_FIELDS = 3 * StreamSubscriptions.MOST_NAMES + 100;
    /** Bytes of all that is no list of names or versions. An Envoy (1.40) says 77 kB of itself. */
    static final int LARGEST_OTHERS = 512 * 1024;

    /** The numbers of the fields that are lists, in requests of the state of the world and of delta (discovery.proto). */
    private static final int FIRST_LIST = 3;

    private static final int LAST_LIST = 5;

    private RequestScan() {}

    /**
     * Looks at a request of either variant.
     *
     * @throws XdsRejectedException if it is made of too much, or cannot be read: nobody would know how much it is made of
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
