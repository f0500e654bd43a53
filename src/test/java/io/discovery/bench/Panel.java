package io.discovery.bench;

import io.discovery.testing.Picture;
import java.util.List;
import java.util.Locale;

/**
 * A panel of bars in a picture.
 *
 * @param what the height of a bar stands for
 * @param of what the bars differ in
 */
record Panel(String what, String of, List<Bar> bars) implements Picture.Panel {

    private static final int WIDTH = 320;
    private static final int HEIGHT = 260;
    private static final int LEFT = 30;
    private static final int RIGHT = 10;
    private static final int FLOOR = 210;
    private static final int TALLEST = 160;
    /** The part of its room that a bar fills. */
    private static final double FILLED = 0.6;

    private static final double THOUSAND = 1_000;

    record Bar(String label, double rate) {}

    Panel {
        bars = List.copyOf(bars);
    }

    /** Draws panels as SVG, two in a row. */
    static String picture(List<Panel> panels) {
        return Picture.of(WIDTH, HEIGHT, panels);
    }

    @Override
    public void draw(StringBuilder svg, int edge, int top) {
        int left = edge + LEFT;
        int room = WIDTH - LEFT - RIGHT - 20;
        svg.append("<text x=\"%d\" y=\"%d\" font-size=\"13\">%s</text>\n".formatted(left, top + 20, what));
        double most = bars.stream().mapToDouble(Bar::rate).max().orElseThrow();
        double each = (double) room / bars.size();
        for (int n = 0; n < bars.size(); n++) {
            Bar bar = bars.get(n);
            double x = left + n * each;
            long tall = Math.round(TALLEST * bar.rate / most);
            svg.append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#4a7bb5\"/>\n"
                    .formatted(Math.round(x), top + FLOOR - tall, Math.round(FILLED * each), tall));
            double middle = x + FILLED * each / 2;
            text(svg, middle, top + FLOOR - tall - 5, rounded(bar.rate));
            text(svg, middle, top + FLOOR + 16, bar.label);
        }
        text(svg, left + 110, top + HEIGHT - 12, of);
    }

    private static void text(StringBuilder svg, double middle, long y, String text) {
        svg.append("<text x=\"%d\" y=\"%d\" font-size=\"11\" text-anchor=\"middle\">%s</text>\n"
                .formatted((long) Math.rint(middle), y, text));
    }

    private static String rounded(double rate) {
        return String.format(Locale.ROOT, rate < 10 * THOUSAND ? "%.1fk" : "%.0fk", rate / THOUSAND);
    }
}
