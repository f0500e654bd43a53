package io.discovery.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import io.discovery.model.RegistryException.InvalidParameter;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request, from a body in one of three types; of a repeated one the first counts (seed: a body of
 * another type, or none, has no parameters). In a JSON body, numbers and objects count as their text, and false and null
 * as not sent.
 */
final class Parameters {

    private static final String URLENCODED = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data";
    private static final String JSON = "application/json";
    private static final int MOST = 1_000;

    private final Map<String, String> values;

    private Parameters(Map<String, String> values) {
        this.values = values;
    }

    @Nullable
    String get(String name) {
        return values.get(name);
    }

    String get(String name, String fallback) {
        return values.getOrDefault(name, fallback);
    }

    /** @throws InvalidParameter if the body is not what its type says, or holds text that is no Unicode */
    static Parameters of(@Nullable String contentType, Buffer body) {
        String mediaType =
                contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        Map<String, String> values = switch (mediaType) {
            case URLENCODED -> urlencoded(body);
            case MULTIPART -> multipart(contentType, body);
            case JSON -> json(body);
            default -> Map.of();
        };
        values.forEach(Parameters::requireUnicode);
        return new Parameters(values);
    }

    private static Map<String, String> urlencoded(Buffer body) {
        String text = body.toString(StandardCharsets.UTF_8);
        try {
            Map<String, String> values = new HashMap<>();
            Map<String, List<String>> all =
                    new QueryStringDecoder(text, StandardCharsets.UTF_8, false, MOST, true).parameters();
            all.forEach((name, given) -> values.put(name, given.get(0)));
            return values;
        } catch (IllegalArgumentException malformed) {
            throw new InvalidParameter("body", text, "a percent-encoded form");
        }
    }

    private static Map<String, String> multipart(@Nullable String contentType, Buffer body) {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, "/", Unpooled.wrappedBuffer(body.getBytes()));
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType == null ? "" : contentType);
        HttpPostMultipartRequestDecoder decoder = null;
        try {
            // In memory: bodies are small, and the disk may be full.
            decoder = new HttpPostMultipartRequestDecoder(new DefaultHttpDataFactory(false), request);
            return fields(decoder);
        } catch (IOException | RuntimeException malformed) {
            throw new InvalidParameter("body", body.toString(StandardCharsets.UTF_8), "multipart/form-data");
        } finally {
            if (decoder != null) {
                decoder.destroy();
            }
        }
    }

    private static Map<String, String> fields(HttpPostMultipartRequestDecoder decoder) throws IOException {
        Map<String, String> values = new HashMap<>();
        for (InterfaceHttpData data : decoder.getBodyHttpDatas()) {
            if (data instanceof Attribute field) {
                values.putIfAbsent(field.getName(), field.getValue());
            }
        }
        return values;
    }

    private static Map<String, String> json(Buffer body) {
        String text = body.toString(StandardCharsets.UTF_8);
        JsonNode object = JsonText.parse(text)
                .filter(JsonNode::isObject)
                .orElseThrow(() -> new InvalidParameter("body", text, "a JSON object"));
        Map<String, String> values = new HashMap<>();
        object.properties().forEach(field -> {
            JsonNode value = field.getValue();
            boolean sent = !value.isNull() && !(value.isBoolean() && !value.booleanValue());
            if (sent) {
                values.put(field.getKey(), value.isTextual() ? value.textValue() : JsonText.write(value));
            }
        });
        return values;
    }

    /** Half a surrogate pair has no UTF-8: it could be stored, but not in every backend, nor read back alike. */
    private static void requireUnicode(String name, String value) {
        if (!isUnicode(value)) {
            throw new InvalidParameter(name, JsonText.quote(value), "text without unpaired surrogates");
        }
    }

    static boolean isUnicode(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
