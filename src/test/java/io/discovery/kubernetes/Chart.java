package io.discovery.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.discovery.testing.ProgramRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** The files of the Helm chart, and Helm's commands on it. */
final class Chart {

    static final Path DIR = Path.of("cluster-config", "helm", "discovery");
    /** The longest time that a command of Helm may take. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final YAMLMapper YAML = new YAMLMapper();

    private Chart() {}

    /** Returns one of the chart's files; JSON is YAML too. */
    static JsonNode file(String name) throws IOException {
        return YAML.readTree(DIR.resolve(name).toFile());
    }

    /** Runs {@code helm COMMAND} on the chart, with the version of Kubernetes that the expected files are for. */
    static ProgramRun helm(String command, String... arguments) {
        return run(Stream.concat(Stream.of(command, DIR.toString()), Stream.of(arguments)));
    }

    /** Renders a chart as a release with these values, as {@code --set} takes them. */
    static ProgramRun template(String release, Path chart, String values) {
        return run(Stream.of("template", release, chart.toString(), "--set", values));
    }

    private static ProgramRun run(Stream<String> arguments) {
        return GoTools.of(
                        "helm",
                        Stream.concat(arguments, Stream.of("--kube-version", "1.34.3"))
                                .toArray(String[]::new))
                .run(PATIENCE);
    }
}
