package io.discovery.v1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import io.discovery.testing.Heartbeats;
import io.discovery.testing.TestMember;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Bulk requests of many hosts; wire/registrations.http has those of a few. */
class BulkWireTest {

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of("REQUEST_DEADLINE_MS", "10000"));

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

    /** A tree of it would take 200 MB. */
    @Test
    void oneOfVeryManyValuesIsRefusedWithAllOthers() {
        String nested = ("[".repeat(97) + "]".repeat(97) + ", ").repeat(21_000);
        String tags = "{\"service\": \"values\", \"tags\": [" + nested + "0]}";

        HttpResponse<String> answer = post("[" + host("values", 1) + ", " + tags + "]");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("body: given '2037004 JSON values in a registration', expected at most 10000 in each");
        assertThat(listed("values")).isZero();
    }

    @Test
    void tagsAsTextOfVeryManyValuesAreRefused() {
        String tags = "[" + "0,".repeat(12_000) + "0]";

        HttpResponse<String> many = post("[" + host("text", 1)
                + ", {\"service\": \"text\", \"ip\": \"127.0.0.1\", \"port\": 80, \"tags\": \"" + tags + "\"}]");
        HttpResponse<String> one = MEMBER.client()
                .post("/v1/registration/text", "application/json", "{\"ip\": \"127.0.0.1\", \"tags\": " + tags + "}");
        HttpResponse<String> form =
                MEMBER.client().post("/v1/registration/text", Map.of("ip", "127.0.0.1", "port", "80", "tags", tags));

        assertThat(many.statusCode()).isEqualTo(207);
        assertThat(status(json(many).get("results").get(0))).isEqualTo(200);
        assertThat(json(many).get("results").get(1).get("error").textValue())
                .isEqualTo("tags: given '12002 JSON values', expected at most 10000");
        assertThat(one.statusCode()).isEqualTo(400);
        assertThat(one.body()).contains("body: given '12004 JSON values', expected at most 10000");
        assertThat(form.statusCode()).isEqualTo(400);
        assertThat(form.body()).contains("tags: given '12002 JSON values', expected at most 10000");
    }

    /** All that fits 16 kB as it is written. */
    @Test
    void aRegistrationOfAsManyValuesAsFitIsTaken() {
        String nested = "[" + ("[".repeat(90) + "]".repeat(90) + ", ").repeat(88) + "0]";
        String host = host("most", 1).replace("\"az\": \"a\"", "\"az\": \"a\", \"nested\": " + nested);

        assertThat(post("[" + host + "]").statusCode()).isEqualTo(200);
    }

    /** A bulk request has the name in its body, and every other request has it in its path. */
    @Test
    void aHostOfTheLongestServiceIsReadByItsPath() {
        String longest = "\u00e4".repeat(1_024);

        assertThat(post("[" + host(longest, 1) + "]").statusCode()).isEqualTo(200);

        assertThat(listed(URLEncoder.encode(longest, UTF_8))).isEqualTo(1);
    }

    private static HttpResponse<String> post(String body) {
        return MEMBER.client().post("/v1/registrations", "application/json", body);
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
        return json(MEMBER.client().get("/v1/registration/" + service))
                .get("hosts")
                .size();
    }
}
