package io.discovery.testing;

import java.util.List;

/** A picture in SVG of panels, two in a row. */
public final class Picture {

    private Picture() {}

    /** A panel of a picture. */
    public interface Panel {

        /**
         * Draws the panel.
         *
         * @param svg the text of the picture so far
         * @param left the left edge of the panel
         * @param top its upper edge
         */
        void draw(StringBuilder svg, int left, int top);
    }

    /** Draws panels of one size. */
    public static String of(int width, int height, List<? extends Panel> panels) {
        int whole = height * ((panels.size() + 1) / 2);
        StringBuilder svg = new StringBuilder();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                .formatted(2 * width, whole, 2 * width, whole));
        svg.append(" font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (int n = 0; n < panels.size(); n++) {
            panels.get(n).draw(svg, n % 2 * width, n / 2 * height);
        }
        return svg.append("</svg>\n").toString();
    }
}
