package io.discovery.watchers;

/** A way to hold lists of a member. A watcher has one thread. */
interface Watcher {

    /**
     * Asks one member, and stays with it as long as it answers. Returns when the member is gone or all watchers are to
     * stop.
     *
     * @throws RuntimeException if the member is gone or refuses
     */
    void visit(int member);

    /** Returns true if the watcher is in step with a member, or never is because it only asks. */
    boolean isInStep();
}
