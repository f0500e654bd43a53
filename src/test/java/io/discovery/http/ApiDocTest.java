package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Markdown;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of routes of src/docs/api.md, the routes of the code, and what a real member answers. */
class ApiDocTest {

    private static final Set<String> ON_EVERY_ROUTE = Set.of("HEAD", "OPTIONS");

    private static final List<Row> TABLE =
            Markdown.read("src/docs/api.md").rowsUnder("method", "path", "answers", "what it does").stream()
                    .map(row ->
                            new Row(row.get(0), row.get(1), Set.of(row.get(2).split(", "))))
                    .toList();

    private static final List<HttpEndpoint> ENDPOINTS = endpoints();

    private static List<HttpEndpoint> endpoints() {
        try (TestMember member = TestMember.start(Map.of())) {
            return member.endpoints();
        }
    }

    /** @param path with :names for what varies */
    private record Row(String method, String path, Set<String> statuses) {

        HttpEndpoint endpoint() {
            return ENDPOINTS.stream()
                    .filter(endpoint -> path.matches(endpoint.regex()))
                    .findFirst()
                    .orElseThrow();
        }

        /** All but 413, which needs a large body, and the 400 of a GET, which needs INSTANCE_KEY=ip_port. */
        Set<Integer> refusals() {
            return statuses.stream()
                    .map(Integer::valueOf)
                    .filter(status -> status == 404 || status == 400 && !method.equals("GET"))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void everyRouteOfTheCodeIsInTheTableAndNoOther() {
        Map<String, Set<String>> inTable = new TreeMap<>();
        TABLE.forEach(row -> inTable.computeIfAbsent(row.endpoint().path(), path -> new TreeSet<>())
                .add(row.method()));

        Map<String, Set<String>> inCode = new TreeMap<>();
        ENDPOINTS.forEach(endpoint -> inCode.put(endpoint.path(), methodsOf(endpoint)));
        // Refused with a reason, as the text below the table says; see postToAHostAndDeleteOfAServiceAreRefused.
        inCode.getOrDefault("/v1/registration/:service/:ip_address", Set.of()).remove("POST");
        inCode.getOrDefault("/v1/registration/:service", Set.of()).remove("DELETE");

        assertThat(inTable).isEqualTo(inCode);
    }

    private static Set<String> methodsOf(HttpEndpoint endpoint) {
        Set<String> methods = new TreeSet<>(endpoint.methods());
        methods.removeAll(ON_EVERY_ROUTE);
        return methods;
    }

    @Test
    void everyRowIsAnsweredWithItsFirstStatus() {
        try (TestMember member = TestMember.start(Map.of())) {
            for (Row row : TABLE) {
                member.client().register("payments", "127.0.0.2");
                int status = send(member.client(), row.method(), row.path()).statusCode();

                assertThat(row.statuses()).as("%s %s", row.method(), row.path()).contains(Integer.toString(status));
                assertThat(status).as("%s %s", row.method(), row.path()).isLessThan(400);
            }
        }
    }

    /** The requests name an unknown address and no parameters. */
    @Test
    void everyRowRefusesWhatIsAbsentOrEmptyAsItSays() {
        try (TestMember member = TestMember.start(Map.of())) {
            for (Row row : TABLE) {
                String nobody = row.path().replace(":ip_address", "127.9.9.9");
                Set<Integer> refusals = Stream.of(
                                send(member.client(), row.method(), nobody),
                                member.client().method(bounded(row.method(), nobody), nobody))
                        .map(HttpResponse::statusCode)
                        .filter(status -> status >= 400)
                        .collect(Collectors.toSet());

                assertThat(refusals).as("%s %s", row.method(), row.path()).isEqualTo(row.refusals());
            }
        }
    }

    @Test
    void everyPostRefusesALargeBodyWith413() {
        try (TestMember member = TestMember.start(Map.of())) {
            for (Row row : TABLE) {
                if (row.method().equals("POST")) {
                    int limit = row.endpoint().bodyLimit();
                    HttpResponse<String> answer =
                            member.client().post(row.path(), "application/json", " ".repeat(limit + 1));
                    assertThat(answer.statusCode()).isEqualTo(413);
                    assertThat(row.statuses()).contains("413");
                }
            }
        }
    }

    @Test
    void rowsWithA503AnswerItWhileTheMemberStillLoads() {
        // It waits for a second member that never comes.
        Map<String, String> waiting = Map.of("CLUSTER_MIN_MEMBERS", "2", "JOIN_WAIT_SECONDS", "60");
        try (TestMember member = TestMember.startWithoutWaiting(waiting)) {
            for (Row row : TABLE) {
                boolean read = row.method().equals("GET") && !row.path().equals("/health/writable");
                if (read) {
                    int status = send(member.client(), "GET", row.path()).statusCode();
                    assertThat(status == 503)
                            .as("GET %s: %s", row.path(), status)
                            .isEqualTo(row.statuses().contains("503"));
                }
            }
        }
    }

    @Test
    void anAddressOfSeveralHostsIs400() {
        try (TestMember member = TestMember.start(Map.of("INSTANCE_KEY", "ip_port"))) {
            member.client().register("payments", Map.of("ip", "127.0.0.2", "port", "1"));
            member.client().register("payments", Map.of("ip", "127.0.0.2", "port", "2"));

            assertThat(member.client()
                            .get("/v1/registration/payments/127.0.0.2")
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void postToAHostAndDeleteOfAServiceAreRefused() {
        try (TestMember member = TestMember.start(Map.of())) {
            assertThat(member.client()
                            .method("POST", "/v1/registration/payments/127.0.0.2")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(member.client().delete("/v1/registration/payments").statusCode())
                    .isEqualTo(400);
        }
    }

    /** A stream does not end: its head is enough. */
    private static String bounded(String method, String path) {
        return path.startsWith("/v1/watch") ? "HEAD" : method;
    }

    /** A request that should work. */
    private static HttpResponse<String> send(TestClient client, String method, String path) {
        String real = path.replace(":service_repo_name", "repo")
                .replace(":service", "payments")
                .replace(":ip_address", "127.0.0.2");
        if (real.equals("/")) {
            return client.with("Accept", "text/html").get(real);
        }
        if (real.contains(":file")) {
            return client.get(real.replace(":file", real.contains("vendor") ? "htm.js" : "main.js"));
        }
        if (!method.equals("POST")) {
            return client.method(bounded(method, real), real);
        }
        if (real.equals("/v1/registrations")) {
            return client.post(
                    real,
                    "application/json",
                    "[{\"service\": \"payments\", \"ip\": \"127.0.0.2\", \"port\": 80, \"revision\": \"1\", \"tags\":"
                            + " {\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"i\"}}]");
        }
        if (real.startsWith("/v3/discovery:")) {
            return client.post(real, "application/json", "{\"resource_names\": [\"payments\"]}");
        }
        Map<String, String> form = new HashMap<>(TestClient.registration(Map.of("ip", "127.0.0.2")));
        form.put("load_balancing_weight", "7");
        return client.post(real, form);
    }
}
