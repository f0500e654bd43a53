package io.discovery.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.testing.DescribedApi.Operation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The check of answers against the description of the API: route, status, headers, type and content. vertx-openapi holds
 * headers and JSON against their schemas; bodies of types that it does not know are checked here, by their schema as text.
 */
public final class AnswerCheck {

    /** Headers of HTTP itself, and those to browsers, of which the text at the top of the description tells. */
    private static final Set<String> UNDESCRIBED = Set.of(
            "connection",
            "content-length",
            "content-type",
            "transfer-encoding",
            "x-content-type-options",
            "strict-transport-security");

    private static final int LONGEST_SHOWN = 300;

    private static final DescribedApi API = DescribedApi.read();
    private static final Vertx VERTX = Vertx.vertx(new VertxOptions()
            .setUseDaemonThread(true)
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1));
    private static final OpenAPIContract CONTRACT = await(OpenAPIContract.from(VERTX, API.reduced()));
    private static final ResponseValidator VALIDATOR = ResponseValidator.create(VERTX, CONTRACT);

    private AnswerCheck() {}

    /**
     * An answer.
     *
     * @param body a character a byte
     */
    public record Answer(int status, Map<String, List<String>> headers, String body) {

        @Nullable
        String first(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst()
                    .orElse(null);
        }

        /** Returns a value as vertx-openapi takes it: a text with quotes, such as that of ETag, only as JSON. */
        private static String text(String value) {
            return value.indexOf('"') < 0 ? value : Json.encode(value);
        }

        private String begin() {
            return body.length() > LONGEST_SHOWN ? body.substring(0, LONGEST_SHOWN) + "..." : body;
        }

        private Map<String, String> described() {
            Map<String, String> all = new TreeMap<>();
            headers.forEach((name, values) -> all.put(name.toLowerCase(Locale.ROOT), text(values.get(0))));
            all.keySet().removeAll(UNDESCRIBED);
            return all;
        }
    }

    /** Returns the description with all references followed, as far as vertx-openapi knows its types of content. */
    public static JsonObject resolved() {
        return CONTRACT.getRawContract();
    }

    /** @throws AssertionError if the description does not have this answer to the request */
    public static void check(String method, String target, Answer answer) {
        try {
            checkDescribed(method, target, answer);
        } catch (AssertionError undescribed) {
            throw new AssertionError(
                    "openapi.yaml does not describe " + answer.status() + " to " + method + " " + target + ": "
                            + undescribed.getMessage() + "; given " + answer.headers() + " and " + answer.begin(),
                    undescribed);
        }
    }

    private static void checkDescribed(String method, String target, Answer answer) {
        List<Operation> ofPath = API.operations(target);
        if (method.equals("OPTIONS") && answer.status() == 200 && !ofPath.isEmpty()) {
            require(answer.first("Allow") != null && answer.body().isEmpty(), "expected Allow and no body");
            return;
        }
        String described = method.equals("HEAD") ? "GET" : method;
        Operation operation = ofPath.stream()
                .filter(each -> each.method().equals(described))
                .findFirst()
                .orElse(null);
        String status = Integer.toString(answer.status());
        JsonNode response = operation == null
                ? API.withoutRoute(status)
                : operation.responses().get(status);
        if (response == null) {
            throw new AssertionError(operation == null ? "no such route" : "no such status of " + operation.id());
        }
        checkResponse(method.equals("HEAD"), operation, API.followed(response), answer);
    }

    private static void checkResponse(boolean isHead, @Nullable Operation operation, JsonNode response, Answer answer) {
        Set<String> unknown = new TreeSet<>(answer.described().keySet());
        response.path("headers").fieldNames().forEachRemaining(name -> unknown.remove(name.toLowerCase(Locale.ROOT)));
        require(unknown.isEmpty(), "no such headers: " + unknown);
        if (isHead || answer.first("Content-Encoding") != null) {
            return;
        }
        JsonNode content = response.path("content");
        String type = answer.first("Content-Type");
        require(
                content.isEmpty() ? answer.body().isEmpty() : type != null && content.has(type),
                "expected a body of " + content.size() + " types of content, given one of " + type);
        boolean isJson = !content.isEmpty() && MediaType.isMediaTypeSupported(String.valueOf(type));
        if (!isJson && !content.isEmpty()) {
            JsonNode schema = content.path(type).path("schema");
            require(schema.isMissingNode() || isText(schema, answer.body()), "another text");
        }
        // With another type beside text vertx-openapi would ask for JSON.
        if (isJson || content.size() < 2) {
            await(VALIDATOR.validate(
                    ValidatableResponse.create(
                            answer.status(),
                            answer.described(),
                            isJson ? Buffer.buffer(answer.body()) : null,
                            isJson ? type : null),
                    operation == null ? DescribedApi.NO_OPERATION : operation.id()));
        }
    }

    /** Returns whether a text fits its schema. */
    private static boolean isText(JsonNode schema, String text) {
        JsonSchemaOptions options = new JsonSchemaOptions().setBaseUri("app://").setDraft(Draft.DRAFT202012);
        return Validator.create(JsonSchema.of(new JsonObject(schema.toString())), options)
                .validate(text)
                .getValid();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            Throwable why = failed.getCause() == null ? failed : failed.getCause();
            throw new AssertionError(why.getMessage(), why);
        } catch (InterruptedException | TimeoutException late) {
            throw new AssertionError(late);
        }
    }
}
