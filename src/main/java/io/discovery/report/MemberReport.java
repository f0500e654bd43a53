package io.discovery.report;

import io.discovery.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A member's report of itself, to which each part of the member adds its facts. Thread-safe. */
public final class MemberReport {

    private final List<Supplier<Map<String, Object>>> parts = new CopyOnWriteArrayList<>();

    /**
     * Adds facts.
     *
     * @param facts by name, in the order of the report; read at each report; may block for less than a second
     */
    public void add(Supplier<Map<String, Object>> facts) {
        parts.add(facts);
    }

    /** Returns all facts of now as a JSON object. */
    public byte[] json() {
        Map<String, Object> all = new LinkedHashMap<>();
        parts.forEach(part -> all.putAll(part.get()));
        return JsonText.write(all).getBytes(StandardCharsets.UTF_8);
    }
}
