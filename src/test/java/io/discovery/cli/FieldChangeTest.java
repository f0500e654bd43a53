package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.JsonText;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FieldChangeTest {

    private static final String HOST = "{\"port\": 80, \"revision\": \"1\", \"service_repo_name\": \"\", \"tags\":"
            + " {\"az\": \"a\", \"w\": 1.0, \"kept\": [1]}}";

    private static String between(String host, String registration) throws IOException {
        return FieldChange.text(FieldChange.between(object(host), object(registration)));
    }

    private static JsonObject object(String text) throws IOException {
        return (JsonObject) Objects.requireNonNull(JsonText.parse(text));
    }

    @Test
    void theSameIsNoChange() throws IOException {
        assertThat(between(HOST, HOST)).isEmpty();
    }

    @Test
    void tagsThatTheRegistrationDoesNotNameStay() throws IOException {
        assertThat(between(HOST, HOST.replace(", \"kept\": [1]", ""))).isEmpty();
    }

    @Test
    void eachFieldThatDiffersIsNamed() throws IOException {
        String other = HOST.replace("80", "81").replace("\"1\"", "\"2\"").replace("1.0", "1.5, \"new\": null");

        assertThat(between(HOST, other))
                .isEqualTo("port 80 -> 81, revision 1 -> 2, tags.w 1.0 -> 1.5, tags.new - -> -");
    }
}
