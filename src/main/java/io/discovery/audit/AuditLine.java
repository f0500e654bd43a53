package io.discovery.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a line that makes it one of a chain.
 *
 * @param seq number of the line, from 1
 * @param prev hash of the line before
 * @param torn SHA-256 of the bytes between the line before and this one, which a write that failed has left; null if
 *     there are none
 */
record AuditLine(long seq, String prev, @Nullable String torn) {

    /** Maximum length of a line that is read, in bytes. Lines that are written stay below an eighth of it. */
    static final int LONGEST = 1024 * 1024;

    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** Returns the line after the end of a chain. */
    static AuditLine after(ChainEnd end, @Nullable String torn) {
        return new AuditLine(end.seq() + 1, end.hash(), torn);
    }

    /** Parses a line; returns empty if it is not one of an audit log. */
    static Optional<AuditLine> parse(byte[] line) {
        // ISO-8859-1: every byte is a character, so that no two lines have the same text; lines are ASCII.
        return JsonText.parse(new String(line, StandardCharsets.ISO_8859_1)).flatMap(AuditLine::of);
    }

    private static Optional<AuditLine> of(JsonNode json) {
        JsonNode seq = json.path("seq");
        String prev = json.path("prev").asText("");
        JsonNode torn = json.path("torn");
        if (!seq.isIntegralNumber()
                || !seq.canConvertToLong()
                || !HASH.matcher(prev).matches()
                || torn.isTextual() && !HASH.matcher(torn.textValue()).matches()) {
            return Optional.empty();
        }
        return Optional.of(new AuditLine(seq.longValue(), prev, torn.isTextual() ? torn.textValue() : null));
    }

    /** Returns whether the line follows the end of a chain. */
    boolean follows(ChainEnd end) {
        return seq == end.seq() + 1 && prev.equals(end.hash());
    }

    /** Returns the line of an event, in ASCII, with its line feed, which is the only one. */
    byte[] write(AuditEvent event, String member) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("seq", seq);
        fields.put("prev", prev);
        if (torn != null) {
            fields.put("torn", torn);
        }
        fields.put("time", MILLIS.format(event.time()));
        fields.put("member", member);
        fields.put("identity", event.client().identity());
        fields.put("proof", event.client().proof().text());
        fields.put("address", event.client().address());
        fields.put("action", event.subject().action());
        fields.put("service", event.subject().service());
        fields.put("host", event.subject().host());
        putIfThere(fields, "before", event.change().before());
        putIfThere(fields, "after", event.change().after());
        fields.put("result", event.result().status());
        fields.put("why", event.result().why());
        fields.put("request", event.client().requestId());
        return (JsonText.write(fields) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static void putIfThere(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }
}
