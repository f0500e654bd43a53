package io.discovery.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.discovery.http.RequestPath;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The description of the API, src/main/resources/openapi.yaml. */
public final class DescribedApi {

    /** The operation of requests that reach no route, which have the statuses of {@link #WITHOUT_ROUTE}. */
    static final String NO_OPERATION = "none";

    private static final Map<String, String> WITHOUT_ROUTE = Map.of(
            "400", "Malformed",
            "404", "NoSuchPath",
            "405", "WrongMethod",
            "408", "TooSlow",
            "414", "LongLine",
            "431", "LargeHead");

    private final ObjectNode whole;
    private final List<Operation> operations = new ArrayList<>();

    /**
     * An operation.
     *
     * @param path with a colon before names, as endpoints have it
     * @param described as it stands in the file
     */
    public record Operation(String method, String path, JsonNode described) {

        public String id() {
            return described.path("operationId").asText();
        }

        /** Returns the described responses by their statuses, each as it stands in the file. */
        public Map<String, JsonNode> responses() {
            Map<String, JsonNode> responses = new TreeMap<>();
            described.path("responses").properties().forEach(each -> responses.put(each.getKey(), each.getValue()));
            return responses;
        }

        private boolean isOf(String decodedPath) {
            String regex = Stream.of(path.split("/", -1))
                    .map(segment -> segment.startsWith(":") ? "[^/]+" : Pattern.quote(segment))
                    .collect(Collectors.joining("/"));
            return decodedPath.matches(regex);
        }
    }

    private DescribedApi(ObjectNode whole) {
        this.whole = whole;
        whole.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(each -> {
                    if (!each.getKey().equals("parameters")) {
                        operations.add(new Operation(
                                each.getKey().toUpperCase(Locale.ROOT),
                                path.getKey().replaceAll("\\{(\\w+)}", ":$1"),
                                each.getValue()));
                    }
                }));
        // A colon comes behind letters in no alphabet: literal paths are looked at before those with names.
        operations.sort(Comparator.comparing(operation -> operation.path().replace(':', '~')));
    }

    public static DescribedApi read() {
        try {
            ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
            Path file = Path.of("src/main/resources/openapi.yaml");
            return new DescribedApi((ObjectNode) yaml.readTree(file.toFile()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    public JsonNode whole() {
        return whole;
    }

    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /**
     * Returns the operations of the paths that fit a request, literal paths first; empty if there is none. A service may be
     * named repo: its DELETE is not among the methods of the literal path.
     */
    List<Operation> operations(String target) {
        String path = target.replaceFirst("^http://[^/]*", "").replaceFirst("[?#].*", "");
        String decoded = RequestPath.decode(path);
        return decoded == null
                ? List.of()
                : operations.stream().filter(each -> each.isOf(decoded)).toList();
    }

    /** Returns the described response to requests that reach no route; null if there is none with this status. */
    @Nullable
    JsonNode withoutRoute(String status) {
        String name = WITHOUT_ROUTE.get(status);
        return name == null ? null : whole.at("/components/responses/" + name);
    }

    /** Returns what a reference leads to; a part without one itself. */
    JsonNode followed(JsonNode part) {
        String reference = part.path("$ref").asText();
        return reference.isEmpty() ? part : whole.at(reference.substring(1));
    }

    /**
     * Returns the description as vertx-openapi takes it: without types of content that it does not know and servers with
     * a relative address, names of headers in lower case, and with {@link #NO_OPERATION}.
     */
    JsonObject reduced() {
        ObjectNode api = whole.deepCopy();
        api.remove("servers");
        ObjectNode none = api.withObject("/paths/~1none/trace").put("operationId", NO_OPERATION);
        ObjectNode responses = none.putObject("responses");
        WITHOUT_ROUTE.forEach(
                (status, name) -> responses.putObject(status).put("$ref", "#/components/responses/" + name));
        reduce(api);
        return new JsonObject(api.toString());
    }

    private static void reduce(JsonNode part) {
        part.forEach(DescribedApi::reduce);
        if (part.get("content") instanceof ObjectNode content && part instanceof ObjectNode owner) {
            List<String> types = new ArrayList<>();
            content.fieldNames().forEachRemaining(types::add);
            types.stream().filter(type -> !MediaType.isMediaTypeSupported(type)).forEach(content::remove);
            if (content.isEmpty()) {
                owner.remove("content");
            }
        }
        if (part.get("headers") instanceof ObjectNode headers && part.has("description")) {
            ObjectNode lower = headers.objectNode();
            headers.properties().forEach(each -> lower.set(each.getKey().toLowerCase(Locale.ROOT), each.getValue()));
            ((ObjectNode) part).set("headers", lower);
        }
    }
}
