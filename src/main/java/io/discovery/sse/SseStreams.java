package io.discovery.sse;

/** The open streams of one event loop that have something in common. */
public interface SseStreams {

    /** Adds a stream; returns its turn for comments, for {@link #leave}. */
    int enter(SseWriter writer);

    void leave(SseWriter writer, int turn);

    /** Returns whether no stream is to send anything now but comments. */
    boolean isHeld();
}
