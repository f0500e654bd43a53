package io.discovery.simulation;

/**
 * Chance without a state: a draw is a hash of the seed and of what it is drawn for, so one draw more or less changes no
 * other.
 */
record Chance(long seed) {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** Returns a number from 0 to below {@code bound}. */
    long below(long bound, long... purpose) {
        long hash = mix(seed + GOLDEN);
        for (long part : purpose) {
            hash = mix(hash ^ (part + GOLDEN));
        }
        return Math.floorMod(hash, bound);
    }

    /** Returns a number from {@code least} to below {@code bound}. */
    long between(long least, long bound, long... purpose) {
        return least + below(bound - least, purpose);
    }

    /** Returns true in so many of a hundred cases. */
    boolean happens(long percent, long... purpose) {
        return below(100, purpose) < percent;
    }

    private static long mix(long bits) {
        long z = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
