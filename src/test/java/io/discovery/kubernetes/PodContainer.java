package io.discovery.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container of a pod, as Kubernetes would start it: its environment, and the folders that stand where it mounts
 * volumes.
 *
 * @param container as the manifest has it
 * @param folders by the names of volumes, where their files are on this machine
 */
record PodContainer(JsonNode container, Map<String, Path> folders) {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\(([A-Z_]+)\\)");

    PodContainer {
        folders = Map.copyOf(folders);
    }

    /**
     * Returns the environment, with paths of this machine.
     *
     * @param fields the values of {@code fieldRef}, by their path
     * @param manifest has the ConfigMaps of {@code configMapKeyRef}
     */
    Map<String, String> environment(Map<String, String> fields, Manifest manifest) {
        Map<String, String> environment = new HashMap<>();
        for (JsonNode variable : container.path("env")) {
            // A value may name a variable that stands before it.
            String value = VARIABLE.matcher(value(variable, fields, manifest))
                    .replaceAll(
                            found -> Matcher.quoteReplacement(environment.getOrDefault(found.group(1), found.group())));
            environment.put(variable.path("name").asText(), here(value));
        }
        return environment;
    }

    private static String value(JsonNode variable, Map<String, String> fields, Manifest manifest) {
        JsonNode from = variable.path("valueFrom");
        if (from.has("fieldRef")) {
            String field = from.at("/fieldRef/fieldPath").asText();
            if (!fields.containsKey(field)) {
                throw new AssertionError("no " + field);
            }
            return fields.getOrDefault(field, "");
        }
        if (from.has("configMapKeyRef")) {
            JsonNode reference = from.path("configMapKeyRef");
            JsonNode data = manifest.object("ConfigMap", reference.path("name").asText())
                    .path("data");
            return data.required(reference.path("key").asText()).asText();
        }
        if (from.has("secretKeyRef")) {
            return "of the Secret " + from.at("/secretKeyRef/name").asText();
        }
        return variable.required("value").asText();
    }

    /** Returns a path, or a command, with the folders of this machine in place of those of the container. */
    String here(String text) {
        String here = text;
        for (JsonNode mount : container.path("volumeMounts")) {
            Path folder = folders.get(mount.path("name").asText());
            String path = mount.path("mountPath").asText();
            if (folder != null && (here.equals(path) || here.startsWith(path + "/"))) {
                here = folder + here.substring(path.length());
            }
        }
        return here;
    }
}
