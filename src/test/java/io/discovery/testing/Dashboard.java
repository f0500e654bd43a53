package io.discovery.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The dashboard for Grafana, {@code cluster-config/grafana/discovery.json}.
 *
 * @param json the whole of it
 */
public record Dashboard(JsonNode json) {

    public static final Path FILE = Path.of("cluster-config", "grafana", "discovery.json");

    /**
     * A query of a panel.
     *
     * @param panel its title
     */
    public record Query(String panel, String expression, JsonNode datasource) {

        private static final Pattern VARIABLE = Pattern.compile("\\$\\w+");

        /** Returns the expression as Grafana sends it, for all members of the job discovery. */
        public String sent() {
            String sent = expression
                    .replace("$job", "discovery")
                    .replace("$instance", ".*")
                    .replace("$__rate_interval", "15s");
            if (VARIABLE.matcher(sent).find()) {
                throw new AssertionError("a variable without a value: " + sent);
            }
            return sent;
        }
    }

    /** Reads the file as it is shipped. */
    public static Dashboard shipped() {
        try {
            return new Dashboard(new ObjectMapper().readTree(FILE.toFile()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Returns the panels, without the headings between them. */
    public List<JsonNode> panels() {
        return AlertRules.elements(json.path("panels"))
                .filter(panel -> !panel.path("type").asText().equals("row"))
                .toList();
    }

    /** Returns the queries of all panels. */
    public List<Query> queries() {
        return panels().stream().flatMap(Dashboard::queriesOf).toList();
    }

    private static Stream<Query> queriesOf(JsonNode panel) {
        return AlertRules.elements(panel.path("targets"))
                .map(target -> new Query(
                        panel.path("title").asText(), target.path("expr").asText(), target.path("datasource")));
    }
}
