package io.discovery.audit;

import io.discovery.auth.Proof;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change, a refusal, or another act worth a line of the audit log. All texts are bounded: a client can send what it
 * likes.
 *
 * @param time when the member had the request
 */
public record AuditEvent(Instant time, Client client, Subject subject, Change change, Result result) {

    /** Bytes of heap of an event without its texts, about. */
    private static final int BARE = 400;
    /** Bytes of heap of an entry of a map without its texts, about. */
    private static final int ENTRY = 150;

    /**
     * The sender of a request.
     *
     * @param identity empty for a client without one
     * @param address where the request came from; empty for the member itself
     * @param requestId empty if there is none
     */
    public record Client(String identity, Proof proof, String address, String requestId) {

        /** The member itself. */
        public static final Client MEMBER = new Client("", Proof.NONE, "", "");

        public Client {
            identity = AuditText.cut(identity);
            address = AuditText.cut(address);
            requestId = AuditText.cut(requestId);
        }

        private int length() {
            return identity.length() + address.length() + requestId.length();
        }
    }

    /**
     * The act, and the thing acted on.
     *
     * @param action a verb: register, deregister, weight, read, admin, authenticate, ...
     * @param service empty if the act concerns none
     * @param host empty if the act concerns none, or all hosts of the service
     */
    public record Subject(String action, String service, String host) {

        public Subject {
            action = AuditText.cut(action);
            service = AuditText.cut(service);
            host = AuditText.cut(host);
        }

        private int length() {
            return action.length() + service.length() + host.length();
        }
    }

    /**
     * The fields that an act changed, in order, by name.
     *
     * @param before null if there was nothing, or nothing was changed
     * @param after null if there is nothing left, or nothing was changed
     */
    public record Change(
            @Nullable Map<String, String> before, @Nullable Map<String, String> after) {

        /** The change of an act that changes nothing: a read, a refusal. */
        public static final Change NONE = new Change(null, null);

        public Change {
            before = before == null ? null : Collections.unmodifiableMap(AuditText.cut(before));
            after = after == null ? null : Collections.unmodifiableMap(AuditText.cut(after));
        }
    }

    /**
     * The outcome of an act.
     *
     * @param status HTTP's or gRPC's status
     * @param why the reason of a refusal; empty if the act was done
     */
    public record Result(String status, String why) {

        public Result {
            status = AuditText.cut(status);
            why = AuditText.cut(why);
        }
    }

    /** Returns an act of the member itself. */
    public static AuditEvent ofMember(Instant time, String action, Map<String, String> after, String why) {
        return new AuditEvent(
                time, Client.MEMBER, new Subject(action, "", ""), new Change(null, after), new Result("", why));
    }

    /** Returns the heap that the event takes, about, in bytes. */
    long bytes() {
        long characters = 0L
                + client.length()
                + subject.length()
                + result.status().length()
                + result.why().length();
        return BARE + 2 * characters + bytes(change.before()) + bytes(change.after());
    }

    private static long bytes(@Nullable Map<String, String> map) {
        if (map == null) {
            return 0;
        }
        return map.entrySet().stream()
                .mapToLong(entry ->
                        ENTRY + 2L * (entry.getKey().length() + entry.getValue().length()))
                .sum();
    }
}
