package io.discovery.audit;

import java.util.LinkedHashMap;
import java.util.Map;

/** Bounds of the texts that clients bring into a line. A text that is cut ends with a mark that says how much is gone. */
final class AuditText {

    /** Maximum number of characters of one text. */
    static final int LONGEST = 1_000;
    /** Maximum number of characters of all names and values of one side of a change. */
    static final int LONGEST_MAP = 4_000;

    /** The name of the mark in a map that is cut. */
    private static final String CUT = "…";

    private AuditText() {}

    /** Returns the text, or its begin and a mark. */
    static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + CUT + "[+" + (text.length() - end) + "]";
    }

    /** Returns the first entries of the map, cut, in its order, as many as there is room for, and a mark. */
    static Map<String, String> cut(Map<String, String> map) {
        Map<String, String> kept = new LinkedHashMap<>();
        int room = LONGEST_MAP;
        for (Map.Entry<String, String> entry : map.entrySet()) {
            String name = cut(entry.getKey());
            String value = cut(entry.getValue());
            room -= name.length() + value.length();
            if (room < 0) {
                kept.put(CUT, "[+" + (map.size() - kept.size()) + "]");
                return kept;
            }
            kept.put(name, value);
        }
        return kept;
    }
}
