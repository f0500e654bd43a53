package io.discovery.simulation;

/** A broken promise: the first of a history, which ends with it. */
record Violation(Promise promise, String what) {

    /** The promises that histories are judged by. */
    enum Promise {
        /** After healing and quiet all members list the same, and hold the merge of all that survived. */
        CONVERGENCE,
        /** An acknowledged change is in each copy that has to have it, and in one at least after a death. */
        NOTHING_IS_LOST,
        /** A member holds nothing that no client has sent. */
        NOTHING_IS_MADE_UP,
        /** A host that reported within its lease is listed, and keeps weight and tags. */
        NO_LEASE_IS_SHORT,
        /** A host that is silent is listed no longer than its lease, and the clocks' differences. */
        NO_LEASE_IS_LONG,
        /** A watcher was told of the list as it is, and of no older one after a newer one. */
        WATCHERS_KNOW,
        /** No register of a member's copy goes back. */
        REGISTERS_ADVANCE,
        /** A member that answers reads again has all that was acknowledged where it has compared copies. */
        OPEN_IS_COMPLETE
    }

    @Override
    public String toString() {
        return "violation: " + promise + ": " + what;
    }
}
