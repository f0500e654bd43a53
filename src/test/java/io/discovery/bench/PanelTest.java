package io.discovery.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.bench.Panel.Bar;
import java.util.List;
import org.junit.jupiter.api.Test;

class PanelTest {

    private static final Panel RATES =
            new Panel("Rates", "members", List.of(new Bar("1", 119_581), new Bar("2", 59_790), new Bar("3", 2_090)));

    @Test
    void barsAreAsTallAsTheirRates() {
        assertThat(Panel.picture(List.of(RATES)).lines())
                .contains(
                        "<rect x=\"30\" y=\"50\" width=\"52\" height=\"160\" fill=\"#4a7bb5\"/>",
                        "<rect x=\"117\" y=\"130\" width=\"52\" height=\"80\" fill=\"#4a7bb5\"/>",
                        "<rect x=\"203\" y=\"207\" width=\"52\" height=\"3\" fill=\"#4a7bb5\"/>",
                        "<text x=\"56\" y=\"45\" font-size=\"11\" text-anchor=\"middle\">120k</text>",
                        "<text x=\"229\" y=\"202\" font-size=\"11\" text-anchor=\"middle\">2.1k</text>",
                        "<text x=\"56\" y=\"226\" font-size=\"11\" text-anchor=\"middle\">1</text>");
    }

    @Test
    void twoPanelsStandInARow() {
        assertThat(Panel.picture(List.of(RATES, RATES, RATES)))
                .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"520\"")
                .contains("<text x=\"30\" y=\"20\"", "<text x=\"350\" y=\"20\"", "<text x=\"30\" y=\"280\"");
    }
}
