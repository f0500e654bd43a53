package io.discovery.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The alerts of {@code cluster-config/prometheus/alerts.yml}.
 *
 * @param rules in the order of the file
 */
public record AlertRules(List<Rule> rules) {

    public static final Path FILE = Path.of("cluster-config", "prometheus", "alerts.yml");

    public AlertRules {
        rules = List.copyOf(rules);
    }

    /**
     * An alert.
     *
     * @param runbook the page and the anchor that say what to do
     */
    public record Rule(String name, String expression, String severity, String summary, String runbook) {}

    /** Reads the file as it is shipped. */
    public static AlertRules shipped() {
        return new AlertRules(elements(yaml(FILE).path("groups"))
                .flatMap(group -> elements(group.path("rules")))
                .map(rule -> new Rule(
                        rule.path("alert").asText(),
                        rule.path("expr").asText(),
                        rule.at("/labels/severity").asText(),
                        rule.at("/annotations/summary").asText(),
                        rule.at("/annotations/runbook").asText()))
                .toList());
    }

    /** Reads a file of YAML. */
    public static JsonNode yaml(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
            return new ObjectMapper().valueToTree(read);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Returns the elements of a list; none if it is missing. */
    public static Stream<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
