package io.discovery.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * The virtual time of a history, and what is to happen in it. Time stands still while an event runs, unless the event
 * waits: then the events of that time run inside it, as other threads would.
 */
final class Timeline {

    static final long SECOND = 1_000_000;
    static final long MILLISECOND = 1_000;

    private record Event(long micros, long number, Runnable task) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::micros).thenComparingLong(Event::number));
    private long now;
    private long count;
    private long ran;

    /** Returns the true time, in microseconds since the history began. */
    long now() {
        return now;
    }

    /** Returns the number of events that have run. */
    long ran() {
        return ran;
    }

    void at(long micros, Runnable task) {
        events.add(new Event(Math.max(now, micros), count++, task));
    }

    void after(long micros, Runnable task) {
        at(now + micros, task);
    }

    void runUntil(long micros) {
        await(() -> false, micros);
    }

    /** Runs events until the condition holds, at most until the deadline. */
    void await(BooleanSupplier condition, long deadlineMicros) {
        while (!condition.getAsBoolean()) {
            Event next = events.peek();
            if (next == null || next.micros() > deadlineMicros) {
                now = Math.max(now, deadlineMicros);
                return;
            }
            events.remove();
            now = Math.max(now, next.micros());
            ran++;
            next.task().run();
        }
    }
}
