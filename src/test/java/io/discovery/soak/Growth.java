package io.discovery.soak;

import java.util.List;

/**
 * The growth of a value: its mean over the last third of the time beside that over the second. The first third is for
 * memory that is filled once and then stays.
 */
record Growth(double second, double last) {

    /** A value at a time of the run, in seconds. */
    record Point(double seconds, double value) {}

    /** @throws IllegalArgumentException if a third has no value */
    static Growth of(List<Point> points) {
        double end = points.stream().mapToDouble(Point::seconds).max().orElse(0);
        return new Growth(mean(points, end / 3, end * 2 / 3), mean(points, end * 2 / 3, Double.MAX_VALUE));
    }

    private static double mean(List<Point> points, double from, double to) {
        return points.stream()
                .filter(point -> point.seconds >= from && point.seconds < to)
                .mapToDouble(Point::value)
                .average()
                .orElseThrow(() -> new IllegalArgumentException("no value from " + from + " s to " + to + " s"));
    }

    /**
     * Returns the mean of the last third as a multiple of that of the second: 1 for a value that stays, less for one
     * that shrinks.
     */
    double ratio() {
        return last / second;
    }
}
