package io.discovery.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.soak.Growth.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineChartTest {

    private static final LineChart HEAPS = new LineChart(
            "Heap, MB",
            List.of(
                    List.of(new Point(0, 10), new Point(60, 20), new Point(120, 40)),
                    List.of(new Point(0, 5), new Point(120, 5))));

    @Test
    void linesGoFromTheLeftToTheLastMomentAndFromZeroToTheLargestValue() {
        assertThat(LineChart.picture(List.of(HEAPS)).lines())
                .contains(
                        "<polyline points=\"50,134 175,102 300,40\" fill=\"none\" stroke=\"#4a7bb5\"/>",
                        "<polyline points=\"50,149 300,149\" fill=\"none\" stroke=\"#c9803c\"/>",
                        "<text x=\"50\" y=\"20\" font-size=\"13\" text-anchor=\"start\">Heap, MB</text>",
                        "<text x=\"45\" y=\"44\" font-size=\"11\" text-anchor=\"end\">40</text>",
                        "<text x=\"300\" y=\"181\" font-size=\"11\" text-anchor=\"end\">2.0 min</text>");
    }

    @Test
    void twoPanelsStandInARow() {
        assertThat(LineChart.picture(List.of(HEAPS, HEAPS, HEAPS)))
                .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"400\"")
                .contains("<text x=\"370\" y=\"20\"", "<text x=\"50\" y=\"220\"");
    }

    @Test
    void zerosAreALineOnTheFloor() {
        LineChart idle = new LineChart("Streams", List.of(List.of(new Point(0, 0), new Point(10, 0))));

        assertThat(LineChart.picture(List.of(idle))).contains("points=\"50,165 300,165\"");
    }

    @Test
    void aLineEndsWhereAMemberWasGoneAndGoesOnWhenItIsBack() {
        LineChart gap = new LineChart(
                "Members", List.of(List.of(new Point(0, 1), new Point(1, 1), new Point(9, 1), new Point(10, 1))));

        assertThat(LineChart.picture(List.of(gap)))
                .contains("points=\"50,40 75,40\"", "points=\"275,40 300,40\"")
                .doesNotContain("75,40 275,40");
    }
}
