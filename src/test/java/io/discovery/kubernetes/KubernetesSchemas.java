package io.discovery.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Schemas of the objects of Kubernetes, for kubeconform, out of what Kubernetes and the operator of Prometheus publish:
 * {@code scripts/clients} gets that. An object may have the fields that are published and no others.
 */
final class KubernetesSchemas {

    private static final Path PUBLISHED = Path.of("target", "clients", "kubernetes-schemas");
    private static final String ADDITIONAL = "additionalProperties";
    private static final String PROPERTIES = "properties";
    private static final ObjectMapper JSON = new ObjectMapper();

    private KubernetesSchemas() {}

    /**
     * Writes a file for each version of these kinds, as {@code statefulset-apps-v1.json} or {@code service-v1.json}.
     */
    static void write(Path folder, Set<String> kinds) {
        if (!Files.exists(PUBLISHED.resolve("swagger.json"))) {
            GoTools.skip("schema of Kubernetes");
        }
        ObjectNode definitions = (ObjectNode) read("swagger.json").path("definitions");
        definitions.forEach(KubernetesSchemas::close);
        // A name or a number, and a quantity such as 1 or 250m: published as texts.
        for (String text : new String[] {"util.intstr.IntOrString", "api.resource.Quantity"}) {
            ((ObjectNode) definitions.path("io.k8s.apimachinery.pkg." + text))
                    .set("type", JSON.createArrayNode().add("string").add("number"));
        }
        definitions
                .properties()
                .forEach(definition -> definition
                        .getValue()
                        .path("x-kubernetes-group-version-kind")
                        .forEach(kind -> {
                            if (kinds.contains(kind.path("kind").asText())) {
                                ObjectNode schema =
                                        JSON.createObjectNode().put("$ref", "#/definitions/" + definition.getKey());
                                write(folder, fileOf(kind), schema.set("definitions", definitions));
                            }
                        }));
        JsonNode monitor = read("servicemonitors-crd.json").at("/spec/versions/0/schema/openAPIV3Schema");
        close(monitor);
        write(folder, "servicemonitor-monitoring-v1.json", monitor);
    }

    private static JsonNode read(String file) {
        try {
            return JSON.readTree(PUBLISHED.resolve(file).toFile());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Forbids fields that a schema, at any depth, does not name. */
    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.path(PROPERTIES).isObject() && !object.has(ADDITIONAL)) {
            object.put(ADDITIONAL, false);
        }
        schema.forEach(KubernetesSchemas::close);
    }

    private static String fileOf(JsonNode kind) {
        String group = kind.path("group").asText().split("\\.", 2)[0];
        return (kind.path("kind").asText() + (group.isEmpty() ? "" : "-" + group) + "-"
                        + kind.path("version").asText() + ".json")
                .toLowerCase(Locale.ROOT);
    }

    private static void write(Path folder, String name, JsonNode schema) {
        try {
            JSON.writeValue(folder.resolve(name).toFile(), schema);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
