package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import io.discovery.testing.Heartbeats;
import io.discovery.testing.TestMember;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many hosts in one request; what is said of a few of them is in wire/registrations.http. */
class BulkWireTest {

    @SuppressWarnings("NullAway.Init") // by start, before any test
    private static TestMember member;

    @BeforeAll
    static void start() {
        member = TestMember.start(Map.of());
    }

    @AfterAll
    static void stop() {
        member.close();
    }

    @Test
    void aThousandHostsAreRegisteredAndListed() {
        HttpResponse<String> answer = post(array(1_000, n -> host("thousand", n)));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).get("registered").intValue()).isEqualTo(1_000);
        assertThat(json(answer).get("results")).hasSize(1_000).allMatch(result -> status(result) == 200);
        assertThat(listed("thousand")).isEqualTo(1_000);
    }

    @Test
    void outcomesComeInTheOrderOfTheHosts() {
        HttpResponse<String> answer = post(array(300, n -> n % 3 == 0 ? host("order", n) : "{\"service\": \"order\"}"));

        assertThat(answer.statusCode()).isEqualTo(207);
        assertThat(json(answer).get("registered").intValue()).isEqualTo(100);
        JsonNode results = json(answer).get("results");
        for (int n = 0; n < 300; n++) {
            assertThat(status(results.get(n))).as("%s", n).isEqualTo(n % 3 == 0 ? 200 : 400);
        }
        assertThat(listed("order")).isEqualTo(100);
    }

    @Test
    void aThousandRefusalsAreAThousandAnswers() {
        HttpResponse<String> answer = post(array(1_000, n -> "7"));

        assertThat(answer.statusCode()).isEqualTo(207);
        assertThat(json(answer).get("results")).hasSize(1_000).allMatch(result -> status(result) == 400);
    }

    @Test
    void aHostThatIsNamedTwiceIsRegisteredOnce() {
        assertThat(post(array(50, n -> host("twice", 7))).statusCode()).isEqualTo(200);
        assertThat(listed("twice")).isEqualTo(1);
    }

    @Test
    void moreThanAThousandAreRefusedAsAWhole() {
        HttpResponse<String> answer = post(array(1_001, n -> host("more", n)));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("given '1001 registrations', expected at most 1000");
        assertThat(listed("more")).isZero();
    }

    private static HttpResponse<String> post(String body) {
        return member.client().post("/v1/registrations", "application/json", body);
    }

    private static String array(int size, IntFunction<String> item) {
        return IntStream.range(0, size).mapToObj(item).collect(Collectors.joining(",\n", "[", "]"));
    }

    private static String host(String service, int n) {
        return "{\"service\": \"" + service + "\", \"ip\": \"" + Heartbeats.address(n)
                + "\", \"port\": 80, \"revision\": \"1\","
                + " \"tags\": {\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"i-" + n + "\"}}";
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonText.parse(answer.body()).orElseThrow();
    }

    private static int status(JsonNode result) {
        return result.get("status").intValue();
    }

    private static int listed(String service) {
        return json(member.client().get("/v1/registration/" + service))
                .get("hosts")
                .size();
    }
}
