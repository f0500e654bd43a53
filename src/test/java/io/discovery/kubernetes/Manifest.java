package io.discovery.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The objects of a file for Kubernetes.
 *
 * @param objects in the order of the file
 */
record Manifest(List<JsonNode> objects) {

    /** The rendering of the chart with its defaults. */
    static final Path OF_MEMBERS = Path.of("cluster-config", "kubernetes.yaml");

    static final Path OF_HEARTBEAT = Path.of("cluster-config", "kubernetes-heartbeat.yaml");

    static final Path EXPECTED = Path.of("src", "test", "resources", "kubernetes");

    private static final YAMLMapper YAML = new YAMLMapper();

    Manifest {
        objects = List.copyOf(objects);
    }

    static Manifest read(Path file) {
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(Files.readString(file))) {
            return new Manifest(documents.readAll());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Reads what is expected of the chart with a file of values. */
    static Manifest expected(String values) {
        return read(EXPECTED.resolve(values + ".yaml"));
    }

    /** Returns a manifest that a test may change. */
    Manifest copy() {
        return new Manifest(
                objects.stream().map(object -> object.<JsonNode>deepCopy()).toList());
    }

    JsonNode object(String kind, String name) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    boolean has(String kind) {
        return objects.stream().anyMatch(object -> object.path("kind").asText().equals(kind));
    }

    /** Returns the pod of the StatefulSet of members. */
    JsonNode podOfMembers() {
        return object("StatefulSet", "discovery").at("/spec/template/spec");
    }

    /** Returns the first container of a list whose name this is, such as a container, a variable or a volume. */
    static JsonNode named(JsonNode list, String name) {
        for (JsonNode each : list) {
            if (each.path("name").asText().equals(name)) {
                return each;
            }
        }
        throw new AssertionError("no " + name + " in " + list);
    }
}
