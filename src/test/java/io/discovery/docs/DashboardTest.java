package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.testing.AlertRules;
import io.discovery.testing.Dashboard;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The form of the dashboard for Grafana. */
class DashboardTest {

    private static final String DATASOURCE = "${datasource}";
    private static final int COLUMNS = 24;

    private final Dashboard dashboard = Dashboard.shipped();

    @Test
    void aPersonChoosesTheSourceOfDataTheClusterAndTheMembers() {
        assertThat(AlertRules.elements(dashboard.json().at("/templating/list"))
                        .map(variable -> variable.path("name").asText() + " "
                                + variable.path("type").asText()))
                .containsExactly("datasource datasource", "job query", "instance query");
    }

    @Test
    void everyQueryIsForTheChosenMembersAndSource() {
        assertThat(dashboard.queries()).hasSizeGreaterThan(60).allSatisfy(query -> {
            assertThat(query.datasource().path("uid").asText())
                    .as(query.panel())
                    .isEqualTo(DATASOURCE);
            // As often as there are series.
            assertThat(query.expression().split("instance=~\"\\$instance\"", -1))
                    .as(query.expression())
                    .hasSameSizeAs(query.expression().split("\\{job=~\"\\$job\"", -1))
                    .hasSizeGreaterThan(1);
        });
    }

    @Test
    void everyPanelSaysWhatItShowsInWhichUnit() {
        assertThat(dashboard.panels()).hasSizeGreaterThan(40).allSatisfy(panel -> {
            assertThat(panel.path("title").asText()).isNotEmpty();
            assertThat(panel.path("description").asText()).endsWith(".");
            assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotEmpty();
        });
        assertThat(dashboard.panels())
                .extracting(panel -> panel.path("title").asText())
                .contains("Failed reads and writes", "Longest time to answer", "Streams of xDS", "Changes that wait");
    }

    @Test
    void noPanelCoversAnother() {
        List<Rectangle> placed = new ArrayList<>();
        AlertRules.elements(dashboard.json().path("panels"))
                .map(DashboardTest::place)
                .forEach(place -> {
                    assertThat(place.getMaxX()).isLessThanOrEqualTo(COLUMNS);
                    assertThat(placed).noneMatch(place::intersects);
                    placed.add(place);
                });
        assertThat(AlertRules.elements(dashboard.json().path("panels"))
                        .map(panel -> panel.path("id").asInt()))
                .doesNotHaveDuplicates();
    }

    private static Rectangle place(JsonNode panel) {
        JsonNode place = panel.path("gridPos");
        return new Rectangle(
                place.path("x").asInt(),
                place.path("y").asInt(),
                place.path("w").asInt(),
                place.path("h").asInt());
    }
}
