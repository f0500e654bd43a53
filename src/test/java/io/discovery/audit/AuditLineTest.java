package io.discovery.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.audit.AuditEvent.Change;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The text of a line, and the bounds of what clients bring into it. */
class AuditLineTest {

    private static final String ZEROS = "0".repeat(64);

    @Test
    void lineHasAllFieldsInOrder() {
        assertThat(text(Events.weight("127.0.0.10")))
                .isEqualTo("{\"seq\": 1, \"prev\": \"" + ZEROS + "\", \"time\": \"2026-11-27T10:00:00.123Z\","
                        + " \"member\": \"m:1\", \"identity\": \"ops\", \"proof\": \"token\","
                        + " \"address\": \"127.0.0.9:4711\", \"action\": \"weight\", \"service\": \"payments\","
                        + " \"host\": \"127.0.0.10\", \"before\": {\"weight\": \"10\"}, \"after\": {\"weight\": \"1\"},"
                        + " \"result\": \"204\", \"why\": \"\", \"request\": \"r-1\"}\n");
    }

    @Test
    void lineIsParsed() {
        byte[] line = new AuditLine(7, ZEROS, ZEROS).write(Events.weight("a"), "m:1");

        assertThat(AuditLine.parse(line)).contains(new AuditLine(7, ZEROS, ZEROS));
    }

    @Test
    void noClientForgesALine() {
        String line = text(Events.weight("a\n{\"seq\": 2}\r\u2028\u2029\u0085\u0000\u001b[2J\"\\é\ud83d"));

        assertThat(line.chars().filter(c -> c < ' ' || c > '~')).containsExactly((int) '\n');
        assertThat(line).endsWith("}\n").contains("a\\n{\\\"seq\\\": 2}\\r\\u2028\\u2029\\u0085\\u0000\\u001b");
    }

    @Test
    void longTextIsCutWithAMark() {
        AuditEvent event = Events.weight("x".repeat(1_002));

        assertThat(event.subject().host()).isEqualTo("x".repeat(1_000) + "…[+2]");
        assertThat(Events.weight("x".repeat(1_000)).subject().host()).hasSize(1_000);
    }

    @Test
    void cutLeavesNoHalfOfACharacter() {
        AuditEvent event = Events.weight("x".repeat(999) + "\ud83d\ude00");

        assertThat(event.subject().host()).isEqualTo("x".repeat(999) + "…[+2]");
    }

    @Test
    void largeChangeIsCutWithAMark() {
        Map<String, String> tags = new LinkedHashMap<>();
        IntStream.range(0, 250).forEach(i -> tags.put("tag-" + i, "\u2028".repeat(2_000)));
        AuditEvent event = Events.of("a", new Change(tags, tags));

        assertThat(event.change().after()).hasSize(4).containsKey("tag-0").containsEntry("…", "[+247]");
        assertThat(text(event)).hasSizeLessThan(AuditLine.LONGEST / 8);
    }

    private static String text(AuditEvent event) {
        return new String(AuditLine.after(ChainEnd.NONE, null).write(event, "m:1"), StandardCharsets.US_ASCII);
    }

    /** A check prints what it finds, on a terminal as a rule. */
    @Test
    void aTornHashIsNoOtherText() {
        String line = new String(new AuditLine(7, ZEROS, ZEROS).write(Events.weight("a"), "m:1"), UTF_8);

        assertThat(AuditLine.parse(
                        line.replace("\"torn\": \"0", "\"torn\": \"\\u001b").getBytes(UTF_8)))
                .isEmpty();
    }
}
