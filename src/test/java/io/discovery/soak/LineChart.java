package io.discovery.soak;

import io.discovery.soak.Growth.Point;
import io.discovery.testing.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A panel of lines over time in a picture, from 0 up.
 *
 * @param what the lines show, with its unit
 * @param lines one a member
 */
record LineChart(String what, List<List<Point>> lines) implements Picture.Panel {

    private static final List<String> COLORS = List.of("#4a7bb5", "#c9803c", "#5b9a5b");
    private static final int WIDTH = 320;
    private static final int HEIGHT = 200;
    private static final int LEFT = 50;
    private static final int ROOM = 250;
    private static final int FLOOR = 165;
    private static final int TALLEST = 125;
    private static final double MINUTE = 60;
    /** A line is not drawn over a time that is longer than so many steps. */
    private static final int MISSED_STEPS = 4;

    LineChart {
        lines = lines.stream().map(List::copyOf).toList();
    }

    /** Draws panels as SVG, two in a row. */
    static String picture(List<LineChart> panels) {
        return Picture.of(WIDTH, HEIGHT, panels);
    }

    @Override
    public void draw(StringBuilder svg, int edge, int top) {
        int left = edge + LEFT;
        double end = most(Point::seconds);
        double most = most(Point::value);
        text(svg, left, top + 20, 13, "start", what);
        text(svg, left - 5, top + FLOOR - TALLEST + 4, 11, "end", rounded(most));
        text(svg, left - 5, top + FLOOR, 11, "end", "0");
        text(svg, left + ROOM, top + FLOOR + 16, 11, "end", rounded(end / MINUTE) + " min");
        svg.append("<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#999\"/>\n"
                .formatted(left, top + FLOOR - TALLEST, top + FLOOR, left + ROOM));
        for (int n = 0; n < lines.size(); n++) {
            for (List<Point> part : parts(lines.get(n))) {
                String points = part.stream()
                        .map(point -> "%d,%d"
                                .formatted(
                                        left + Math.round(ROOM * point.seconds() / end),
                                        top + FLOOR - Math.round(TALLEST * point.value() / most)))
                        .collect(Collectors.joining(" "));
                svg.append("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\"/>\n"
                        .formatted(points, COLORS.get(n % COLORS.size())));
            }
        }
    }

    /** Returns the parts of a line between times without values: of a member that was gone. */
    private static List<List<Point>> parts(List<Point> line) {
        double step = IntStream.range(1, line.size())
                .mapToDouble(n -> line.get(n).seconds() - line.get(n - 1).seconds())
                .min()
                .orElse(0);
        List<List<Point>> parts = new ArrayList<>();
        double last = Double.NEGATIVE_INFINITY;
        for (Point point : line) {
            if (point.seconds() - last > MISSED_STEPS * step) {
                parts.add(new ArrayList<>());
            }
            parts.get(parts.size() - 1).add(point);
            last = point.seconds();
        }
        return parts;
    }

    /** Returns the largest value, never 0, because it is a divisor. */
    private double most(ToDoubleFunction<Point> of) {
        return Math.max(
                1e-9, lines.stream().flatMap(List::stream).mapToDouble(of).max().orElse(1));
    }

    private static void text(StringBuilder svg, int x, int y, int size, String anchor, String text) {
        svg.append("<text x=\"%d\" y=\"%d\" font-size=\"%d\" text-anchor=\"%s\">%s</text>\n"
                .formatted(x, y, size, anchor, text));
    }

    private static String rounded(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
    }
}
