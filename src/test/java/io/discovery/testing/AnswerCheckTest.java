package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.testing.AnswerCheck.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Planted answers that the description does not have, and that the check has to find. */
class AnswerCheckTest {

    private static final Map<String, List<String>> JSON = Map.of("content-type", List.of("application/json"));
    private static final String ERROR = "{\"error\": \"port: given '0', expected an integer between 1 and 65535\"}\n";

    @Test
    void describedAnswersPass() {
        assertThatCode(() -> {
                    AnswerCheck.check("POST", "/v1/registration/payments", new Answer(200, JSON, "{}\n"));
                    AnswerCheck.check("POST", "/v1/registration/payments", new Answer(400, JSON, ERROR));
                    AnswerCheck.check("POST", "/v1/loadbalancing/a", new Answer(204, Map.of(), ""));
                    AnswerCheck.check("GET", "/v1/services?x=1", new Answer(200, JSON, "{\"services\": []}\n"));
                    AnswerCheck.check("GET", "/v1/registration/%zz", new Answer(400, JSON, ERROR));
                    AnswerCheck.check(
                            "GET",
                            "/",
                            new Answer(404, Map.of("Content-Type", List.of("text/html; charset=utf-8")), "x"));
                })
                .doesNotThrowAnyException();
    }

    @Test
    void anUnknownRouteFails() {
        refuses("no such route", "GET", "/v2/registration/payments", new Answer(200, JSON, "{}\n"));
    }

    @Test
    void anUnknownStatusFails() {
        refuses("no such status of registerHost", "POST", "/v1/registration/payments", new Answer(409, JSON, ERROR));
    }

    @Test
    void anUnknownHeaderFails() {
        Map<String, List<String>> more = Map.of("content-type", List.of("application/json"), "x-more", List.of("1"));
        refuses("no such headers: [x-more]", "GET", "/v1/services", new Answer(200, more, "{\"services\": []}\n"));
    }

    @Test
    void aMissingHeaderFails() {
        refuses("retry-after", "GET", "/v1/services", new Answer(503, JSON, ERROR));
    }

    @Test
    void anotherTypeOfContentFails() {
        Map<String, List<String>> page = Map.of("content-type", List.of("text/html; charset=utf-8"));
        refuses("text/html", "GET", "/v1/services", new Answer(200, page, "OK"));
    }

    @Test
    void jsonThatDoesNotFitItsSchemaFails() {
        refuses("services", "GET", "/v1/services", new Answer(200, JSON, "{\"service\": []}\n"));
        refuses("another", "POST", "/v1/registration/payments", new Answer(200, JSON, "{\"another\": 1}\n"));
    }

    @Test
    void textThatDoesNotFitItsSchemaFails() {
        Map<String, List<String>> page = Map.of("content-type", List.of("text/html; charset=utf-8"));
        refuses("another text", "GET", "/healthcheck", new Answer(200, page, "KO"));
    }

    @Test
    void aBodyThatIsNotDescribedFails() {
        refuses("body", "POST", "/v1/loadbalancing/payments", new Answer(204, Map.of(), "{}"));
    }

    private static void refuses(String why, String method, String target, Answer answer) {
        assertThatThrownBy(() -> AnswerCheck.check(method, target, answer))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(why);
    }
}
