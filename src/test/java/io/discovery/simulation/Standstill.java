package io.discovery.simulation;

/** The time in which a process of a member stands still. */
final class Standstill {

    private static final long NEXT_LOOK = 20 * Timeline.MILLISECOND;

    private final Timeline timeline;
    private long since;
    private long until;

    Standstill(Timeline timeline) {
        this.timeline = timeline;
    }

    void begin(long micros) {
        since = timeline.now();
        until = timeline.now() + micros;
    }

    void end() {
        until = Math.min(until, timeline.now());
    }

    boolean isNow() {
        return timeline.now() < until;
    }

    /** Returns how long it has lasted; 0 if the process runs. */
    long micros() {
        return isNow() ? timeline.now() - since : 0;
    }

    /** Runs a task a little later: the process may have been woken by then, or stand still again. */
    void putOff(Runnable task) {
        timeline.at(Math.min(until, timeline.now() + NEXT_LOOK), task);
    }
}
