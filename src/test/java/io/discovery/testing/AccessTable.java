package io.discovery.testing;

import java.util.Map;
import java.util.TreeMap;

/** The table of src/docs/security.md that says what each request needs. */
public final class AccessTable {

    private AccessTable() {}

    /** Returns what a request needs, by its method and path, with a colon before names in the path. */
    public static Map<String, String> read() {
        Map<String, String> needs = new TreeMap<>();
        Markdown.read("src/docs/security.md")
                .rowsUnder("request", "needs")
                .forEach(row -> needs.put(row.get(0), row.get(1)));
        return needs;
    }
}
