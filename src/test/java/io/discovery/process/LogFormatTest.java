package io.discovery.process;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogFormatTest {

    private static final String FORGED = "x\n{\"level\": \"ERROR\"}\r\u001b[31m\u0085\u2028\ud800\u00e4";

    private final LoggerContext context = new LoggerContext();
    private final Logger logger = context.getLogger("io.discovery.member.Member");
    private final JsonLogEncoder encoder = new JsonLogEncoder();

    @BeforeEach
    void start() {
        encoder.setContext(context);
        encoder.start();
    }

    @Test
    void aLineHasTimeLevelLoggerThreadAndMessage() {
        JsonNode line = encoded("open for reads after {} ms", null, 7);

        assertThat(line.properties())
                .extracting(field -> field.getKey())
                .containsExactly("time", "level", "logger", "thread", "message");
        assertThat(Instant.parse(line.path("time").asText()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.path("logger").asText()).isEqualTo("io.discovery.member.Member");
        assertThat(line.path("thread").asText())
                .isEqualTo(Thread.currentThread().getName());
        assertThat(line.path("message").asText()).isEqualTo("open for reads after 7 ms");
    }

    @Test
    void aLineNamesTheMemberOnceItHasAName() {
        context.putProperty(JsonLogEncoder.MEMBER, "127.0.0.1:5701");

        assertThat(encoded("up", null).path("member").asText()).isEqualTo("127.0.0.1:5701");
    }

    @Test
    void aFailureIsOnTheSameLineWithItsStackAndItsCauses() {
        JsonNode line = encoded("failed", new IllegalStateException("first\nline", new RuntimeException("the cause")));

        JsonNode error = line.path("error");
        assertThat(error.properties()).extracting(field -> field.getKey()).containsExactly("type", "message", "stack");
        assertThat(error.path("type").asText()).isEqualTo("java.lang.IllegalStateException");
        assertThat(error.path("message").asText()).isEqualTo("first\nline");
        assertThat(error.path("stack").asText())
                .startsWith("java.lang.IllegalStateException: first\nline")
                .contains(
                        "\tat io.discovery.process.LogFormatTest.", "Caused by: java.lang.RuntimeException: the cause");
    }

    @Test
    void aFailureMayHaveNoMessage() {
        assertThat(encoded("failed", new IllegalStateException())
                        .at("/error/message")
                        .isNull())
                .isTrue();
    }

    @Test
    void textOfAClientComesBackAsItWasAndIsAscii() {
        JsonNode line = encoded("refused: {}", new RuntimeException(FORGED), FORGED);

        assertThat(line.path("message").asText()).isEqualTo("refused: " + FORGED);
        assertThat(line.at("/error/message").asText()).isEqualTo(FORGED);
    }

    @Test
    void anotherFormatLeavesTheLinesAsTheyAre() {
        assertThat(LogFormat.isJson("text")).isFalse();
        assertThat(LogFormat.isJson("json")).isTrue();
    }

    /** Encodes an event; fails unless it is one line of ASCII. */
    private JsonNode encoded(String message, @Nullable Throwable failure, Object... arguments) {
        byte[] bytes = encoder.encode(new LoggingEvent("test", logger, Level.WARN, message, failure, arguments));
        String line = new String(bytes, StandardCharsets.ISO_8859_1);

        assertThat(line).matches("[ -~]+\n");
        return JsonText.parse(line).orElseThrow();
    }
}
