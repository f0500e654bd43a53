package io.discovery.faults;

import java.util.Map;

/**
 * A request of one client to one member, and its answer. Times are of {@link System#nanoTime}.
 *
 * @param host of the registration, empty for a read of a whole service
 * @param value the revision that a registration names, or the weight; empty otherwise
 * @param status of HTTP; 0 if the connection broke or nothing came in time
 * @param seen what a read that was answered listed, by host
 */
record Operation(
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

    /** A host in a list. */
    record Seen(String revision, String weight) {}

    enum Kind {
        REGISTER,
        DEREGISTER,
        WEIGH,
        READ
    }

    /** The outcome, as Jepsen names it. */
    enum Outcome {
        OK,
        FAIL,
        /** The outcome is unknown: the change may have happened, or happen later. */
        INFO
    }

    Operation {
        seen = Map.copyOf(seen);
    }

    Outcome outcome() {
        if (status == 0 || status >= 500) {
            return Outcome.INFO;
        }
        return status < 300 ? Outcome.OK : Outcome.FAIL;
    }

    String key() {
        return service + "/" + host;
    }

    long nanos() {
        return completed - invoked;
    }
}
