package io.discovery.http;

import io.discovery.json.JsonText;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bodies in JSON: one line, like the seed's. */
public final class JsonBody {

    private JsonBody() {}

    /** Returns a value as a body. */
    public static Buffer line(Object value) {
        return Buffer.buffer(JsonText.write(value) + "\n");
    }

    /** Returns a map that keeps its keys in the given order. */
    public static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
