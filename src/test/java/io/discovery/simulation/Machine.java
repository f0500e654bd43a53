package io.discovery.simulation;

import java.util.concurrent.TimeUnit;

/** A machine that runs members, one after the other: its address, its wall clock and its monotonic clock. */
final class Machine {

    /** True time 0, in microseconds of the wall clock. */
    private static final long EPOCH = TimeUnit.SECONDS.toMicros(1_700_000_000);

    private static final long MOST_OFF = 25 * Timeline.SECOND;

    private final int number;
    private final Timeline timeline;
    private final long driftPartsPerMillion;
    private long offsetMicros;

    Machine(int number, Timeline timeline, long offsetMicros, long driftPartsPerMillion) {
        this.number = number;
        this.timeline = timeline;
        this.offsetMicros = offsetMicros;
        this.driftPartsPerMillion = driftPartsPerMillion;
    }

    int number() {
        return number;
    }

    /** Returns a letter. */
    String name() {
        return name(number);
    }

    static String name(int number) {
        return Character.toString('a' + number);
    }

    /**
     * Sets the wall clock forward, or back, as far as it stays within {@link #MOST_OFF} of the true time. Of members whose
     * clocks are over a minute apart something else is promised than the judge expects.
     *
     * @return how far the clock moved, in microseconds
     */
    long moveWall(long micros) {
        long before = offsetMicros;
        offsetMicros = Math.max(-MOST_OFF, Math.min(MOST_OFF, before + micros));
        return offsetMicros - before;
    }

    long wallMicros() {
        return EPOCH + elapsedMicros() + offsetMicros;
    }

    long wallMillis() {
        return wallMicros() / Timeline.MILLISECOND;
    }

    long nanoTime() {
        return TimeUnit.MICROSECONDS.toNanos(elapsedMicros());
    }

    private long elapsedMicros() {
        long now = timeline.now();
        return now + now * driftPartsPerMillion / 1_000_000;
    }

    /** Returns how far a reading of a clock is from the true time. */
    static long error(long micros, long trueMicros) {
        return micros - EPOCH - trueMicros;
    }
}
