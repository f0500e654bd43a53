package io.discovery.description;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.discovery.testing.AnswerCheck;
import io.discovery.testing.DescribedApi;
import io.discovery.testing.DescribedApi.Operation;
import io.discovery.testing.Markdown;
import io.discovery.testing.TestMember;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** The description of the API beside the endpoints of a member, the table of src/docs/api.md, and its own examples. */
class OpenApiTest {

    private static final DescribedApi API = DescribedApi.read();

    /** One endpoint of the code has two paths of the description. */
    private static final String REPO = "GET /v1/registration/repo/:service_repo_name";

    /** Refused with a reason, as the text below the table of api.md says. */
    private static final Set<String> REFUSED =
            Set.of("POST /v1/registration/:service/:ip_address", "DELETE /v1/registration/:service");

    /** Statuses that a setting brings, of which the text of the row tells. */
    private static final Map<String, Set<String>> BY_SETTING =
            Map.of("GET /v1/changes", Set.of("404"), "GET /ui", Set.of("404"), "GET /ui/", Set.of("404"));

    /** Responses that each route may give, as the text below the table says. */
    private static final Set<String> OF_ANY_ROUTE = Stream.of(
                    "Malformed", "NoProof", "NotAllowed", "TooSlow", "LongLine", "TooMany", "LargeHead")
            .map(name -> "#/components/responses/" + name)
            .collect(Collectors.toSet());

    @Test
    void everyEndpointIsDescribedWithWhatItNeedsAndNoOther() {
        Map<String, String> inCode = new TreeMap<>();
        try (TestMember member = TestMember.start(Map.of())) {
            member.endpoints()
                    .forEach(endpoint -> endpoint.accesses()
                            .forEach((method, access) -> inCode.put(method + " " + endpoint.path(), access.text())));
        }

        Map<String, String> described = new TreeMap<>();
        API.operations()
                .forEach(each -> described.put(
                        name(each), each.described().path("x-access").asText()));

        assertThat(described.remove(REPO)).isEqualTo("read, of all services");
        assertThat(described).isEqualTo(inCode);
    }

    private static String name(Operation operation) {
        return operation.method() + " " + operation.path();
    }

    @Test
    void theTableOfTheApiHasTheSameRoutesWithTheSameStatuses() {
        Map<String, Set<String>> inTable = new TreeMap<>();
        Markdown.read("src/docs/api.md")
                .rowsUnder("method", "path", "answers", "what it does")
                .forEach(row -> inTable.put(
                        row.get(0) + " " + row.get(1),
                        new TreeSet<>(Set.of(row.get(2).split(", ")))));

        Map<String, Set<String>> described = new TreeMap<>();
        API.operations().stream()
                .filter(each -> !REFUSED.contains(name(each)))
                .forEach(each -> described.put(name(each), ownStatuses(each)));

        assertThat(inTable).isEqualTo(described);
    }

    private static Set<String> ownStatuses(Operation operation) {
        Set<String> statuses = new TreeSet<>();
        operation.responses().forEach((status, response) -> {
            if (!OF_ANY_ROUTE.contains(response.path("$ref").asText())) {
                statuses.add(status);
            }
        });
        statuses.removeAll(BY_SETTING.getOrDefault(name(operation), Set.of()));
        return statuses;
    }

    @Test
    void eachOperationHasANameOfItsOwn() {
        assertThat(API.operations())
                .extracting(Operation::id)
                .doesNotHaveDuplicates()
                .doesNotContain("");
    }

    @Test
    void itsVersionIsThatOfTheProgram() throws IOException {
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<version>" + API.whole().at("/info/version").asText() + "-SNAPSHOT</version>");
    }

    /** Each type of content has an example, and so has each parameter; all fit their schemas. */
    @Test
    void examplesFitTheirSchemas() {
        List<String> checked = new ArrayList<>();
        check(AnswerCheck.resolved(), "", checked);

        assertThat(checked).hasSizeGreaterThan(100);
    }

    private static void check(Object part, String at, List<String> checked) {
        if (part instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                check(array.getValue(i), at + "/" + i, checked);
            }
        } else if (part instanceof JsonObject object && !object.isEmpty()) {
            if (object.getValue("schema") instanceof JsonObject schema && object.containsKey("example")) {
                OutputUnit result = Validator.create(
                                JsonSchema.of(schema),
                                new JsonSchemaOptions().setBaseUri("app://").setDraft(Draft.DRAFT202012))
                        .validate(plain(object.getValue("example")));
                assertThat(result.getValid()).as("%s: %s", at, result).isTrue();
                checked.add(at);
            }
            for (String name : object.fieldNames()) {
                if (!name.startsWith("__") && !name.equals("example")) {
                    check(object.getValue(name), at + "/" + name, checked);
                }
            }
        }
    }

    /** Returns an example without the notes that the resolver of references leaves in all objects. */
    private static Object plain(Object example) {
        if (example instanceof JsonArray array) {
            return new JsonArray(array.stream().map(OpenApiTest::plain).toList());
        }
        if (!(example instanceof JsonObject object)) {
            return example;
        }
        JsonObject plain = new JsonObject();
        object.fieldNames().stream()
                .filter(name -> !name.startsWith("__absolute"))
                .forEach(name -> plain.put(name, plain(object.getValue(name))));
        return plain;
    }

    @Test
    void eachContentAndParameterHasAnExample() {
        List<String> without = new ArrayList<>();
        collectWithout(API.whole(), "", without);

        assertThat(without).isEmpty();
    }

    private static void collectWithout(JsonNode part, String at, List<String> without) {
        boolean isContent = at.matches(".*/content/[^/]*(/[^/]*)?") && (part.has("schema") || at.endsWith("yaml"));
        boolean isParameter = part.has("in") && part.has("schema");
        if ((isContent || isParameter) && !part.has("example")) {
            without.add(at);
        }
        part.properties().forEach(each -> collectWithout(each.getValue(), at + "/" + each.getKey(), without));
        for (int i = 0; part.isArray() && i < part.size(); i++) {
            collectWithout(part.get(i), at + "/" + i, without);
        }
    }

    @Test
    void aMemberServesTheFileAndTheSameAsJson() throws IOException {
        try (TestMember member = TestMember.start(Map.of())) {
            HttpResponse<String> yaml = member.client().get("/openapi.yaml");
            HttpResponse<String> json = member.client().get("/openapi.json");

            assertThat(yaml.body()).isEqualTo(Files.readString(Path.of("src/main/resources/openapi.yaml")));
            assertThat(new ObjectMapper().readTree(json.body())).isEqualTo(API.whole());
        }
    }

    @Test
    void clientsThatHaveItOrTakeGzipAreServedLess() throws IOException {
        try (TestMember member = TestMember.start(Map.of())) {
            for (String path : List.of("/openapi.yaml", "/openapi.json")) {
                HttpResponse<byte[]> plain =
                        member.client().send(member.client().request(path), BodyHandlers.ofByteArray());
                String tag = plain.headers().firstValue("ETag").orElseThrow();

                HttpResponse<byte[]> gzip = member.client()
                        .with("Accept-Encoding", "gzip")
                        .send(
                                member.client().request(path).header("Accept-Encoding", "gzip"),
                                BodyHandlers.ofByteArray());

                assertThat(gzip.headers().firstValue("ETag")).hasValue(tag);
                assertThat(gzip.body().length).isLessThan(plain.body().length / 3);
                assertThat(new GZIPInputStream(new java.io.ByteArrayInputStream(gzip.body())).readAllBytes())
                        .isEqualTo(plain.body());
                assertThat(member.client().with("If-None-Match", tag).get(path).statusCode())
                        .isEqualTo(304);
            }
        }
    }
}
