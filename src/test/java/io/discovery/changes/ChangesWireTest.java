package io.discovery.changes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChangesWireTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static TestMember member;

    @BeforeAll
    static void change() {
        member = TestMember.start(Map.of());
        TestClient client = member.client();
        client.register("payments", Map.of("ip", "127.0.0.10", "revision", "1"));
        client.register("payments", Map.of("ip", "127.0.0.10", "revision", "2"));
        client.register("payments", Map.of("ip", "127.0.0.10", "revision", "2"));
        client.post("/v1/loadbalancing/payments/127.0.0.10", Map.of("load_balancing_weight", "5"));
        client.register("orders", Map.of("ip", "127.0.0.11"));
        client.delete("/v1/registration/payments/127.0.0.10");
    }

    @AfterAll
    static void stop() {
        member.close();
    }

    @Test
    void theNewestComeFirst() {
        assertThat(kinds("/v1/changes"))
                .containsExactly("deregistered", "registered", "weight", "updated", "registered");
        assertThat(get("/v1/changes").path("more").booleanValue()).isFalse();
        assertThat(get("/v1/changes").path("known_since").textValue())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
    }

    @Test
    void aChangeHasAllFields() {
        JsonNode updated = get("/v1/changes").path("changes").path(3);

        assertThat(updated.path("id").textValue()).matches("[0-9]{16}-[0-9a-f]{16}");
        assertThat(updated.path("service").textValue()).isEqualTo("payments");
        assertThat(updated.path("ip_address").textValue()).isEqualTo("127.0.0.10");
        assertThat(updated.path("port").intValue()).isEqualTo(8080);
        assertThat(updated.path("fields").toString())
                .isEqualTo("[{\"name\":\"revision\",\"old\":\"1\",\"new\":\"2\"}]");
        assertThat(updated.path("member").textValue())
                .isEqualTo(get("/v1/cluster")
                        .path("members")
                        .path(0)
                        .path("address")
                        .textValue());
    }

    @Test
    void clientsAskForAServiceAnAddressOrATime() {
        assertThat(kinds("/v1/changes?service=orders")).containsExactly("registered");
        assertThat(kinds("/v1/changes?service=orders&service=none&service=payments"))
                .isEqualTo(kinds("/v1/changes"));
        assertThat(kinds("/v1/changes?ip=127.0.0.11")).containsExactly("registered");
        assertThat(kinds("/v1/changes?ip=127.0.0.11&service=payments")).isEmpty();
        JsonNode third = get("/v1/changes").path("changes").path(2);
        assertThat(kinds("/v1/changes?since=" + third.path("id").textValue()))
                .containsExactly("deregistered", "registered");
        assertThat(kinds("/v1/changes?since=" + third.path("time").textValue()))
                .containsExactly("deregistered", "registered", "weight");
        assertThat(kinds("/v1/changes?since=2100-01-01T00:00:00Z")).isEmpty();
    }

    @Test
    void pagesGoBack() {
        JsonNode page = get("/v1/changes?limit=2");
        assertThat(page.path("more").booleanValue()).isTrue();
        String last = page.path("changes").path(1).path("id").textValue();

        JsonNode next = get("/v1/changes?limit=3&before=" + last);
        assertThat(next.path("changes").findValuesAsText("change")).containsExactly("weight", "updated", "registered");
        assertThat(next.path("more").booleanValue()).isFalse();
    }

    @Test
    void anInvalidFieldIsNamed() {
        for (String query : List.of("ip=payments", "since=yesterday", "before=1", "limit=0", "limit=1001", "limit=x")) {
            var answer = member.client().get("/v1/changes?" + query);
            assertThat(answer.statusCode()).as(query).isEqualTo(400);
            assertThat(answer.body())
                    .contains(query.substring(0, query.indexOf('=')) + ": given '"
                            + query.substring(query.indexOf('=') + 1));
        }
    }

    @Test
    void tooManyServicesAreRefused() {
        var answer = member.client().get("/v1/changes?" + "service=a&".repeat(101));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("service: given '101 names'");
    }

    @Test
    void aMemberThatRecordsNothingSaysSo() {
        try (TestMember without = TestMember.start(Map.of("HISTORY_CHANGES", "0"))) {
            without.client().register("payments", "127.0.0.1");

            var answer = without.client().get("/v1/changes");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("HISTORY_CHANGES");
        }
    }

    private static List<String> kinds(String path) {
        return StreamSupport.stream(get(path).path("changes").spliterator(), false)
                .map(change -> change.path("change").textValue())
                .toList();
    }

    private static JsonNode get(String path) {
        var answer = member.client().get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException noJson) {
            throw new AssertionError(answer.body(), noJson);
        }
    }
}
