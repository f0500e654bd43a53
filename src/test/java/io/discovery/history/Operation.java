package io.discovery.history;

import java.util.Map;

/**
 * A request of one client to one member, and its answer; or an event that a member sent to a client that watches. Times
 * are of {@link System#nanoTime}.
 *
 * @param client a client's requests come one after the other; each stream of events has a client of its own
 * @param member the member that was asked; {@link #ANY} if a load balancer chose it
 * @param host of the registration, empty for a read of a whole service
 * @param value the revision that a registration names, or the weight; empty otherwise
 * @param invoked of an event the earliest time from which its content may be
 * @param status of HTTP; 0 if the connection broke or nothing came in time
 * @param seen what a read that was answered, or an event, listed, by host
 */
public record Operation(
        int client,
        Kind kind,
        int member,
        String service,
        String host,
        String value,
        long invoked,
        long completed,
        int status,
        Map<String, Seen> seen) {

    /** The member of a request that went through a load balancer. */
    public static final int ANY = -1;

    /** The kind of an operation. */
    public enum Kind {
        REGISTER,
        DEREGISTER,
        WEIGH,
        READ,
        /** A list that a member sent because of a change. */
        EVENT;

        boolean isChange() {
            return this == REGISTER || this == DEREGISTER || this == WEIGH;
        }
    }

    /** The outcome, as Jepsen names it. */
    public enum Outcome {
        OK,
        FAIL,
        /** The outcome is unknown: the change may have happened, or happen later. */
        INFO
    }

    public Operation {
        seen = Map.copyOf(seen);
    }

    /**
     * Returns the outcome. A load balancer sends a change to another member when the first is late, so a refusal may
     * come after a change: who removes a host twice is told that there is none.
     */
    public Outcome outcome() {
        if (status == 0 || status >= 500 || (status >= 300 && member == ANY && kind.isChange())) {
            return Outcome.INFO;
        }
        return status < 300 ? Outcome.OK : Outcome.FAIL;
    }

    boolean isAcknowledged() {
        return outcome() == Outcome.OK;
    }

    /** Returns true if the operation shows a list. */
    boolean isList() {
        return !kind.isChange() && isAcknowledged();
    }

    String key() {
        return service + "/" + host;
    }

    public long nanos() {
        return completed - invoked;
    }
}
