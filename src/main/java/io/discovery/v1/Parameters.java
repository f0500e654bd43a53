package io.discovery.v1;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.http.EndpointRequest;
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
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request, from a body in one of three types; the first of repeated ones counts (seed: a body of
 * another type, or an absent one, has no parameters).
 */
interface Parameters {

    String URLENCODED = "application/x-www-form-urlencoded";
    String MULTIPART = "multipart/form-data";
    String JSON = "application/json";
    int MOST = 1_000;

    /**
     * Returns a parameter as text; null if it was not sent.
     *
     * @throws InvalidParameter if it is not Unicode
     */
    @Nullable
    String get(String name);

    default String get(String name, String fallback) {
        String value = get(name);
        return value == null ? fallback : value;
    }

    /**
     * Returns a parameter as JSON; empty if it is not JSON.
     *
     * @throws InvalidParameter if it has more values than {@link SentJson} takes
     */
    default Optional<JsonNode> json(String name, String fallback) {
        return SentJson.parse(name, get(name, fallback));
    }

    /** @throws InvalidParameter if the body does not match its type */
    static Parameters of(EndpointRequest request) {
        return of(request.http().getHeader(HttpHeaders.CONTENT_TYPE), request.body());
    }

    /** @throws InvalidParameter if the body does not match its type */
    static Parameters of(@Nullable String contentType, Buffer body) {
        String mediaType = contentType == null ? "" : mediaType(contentType);
        return switch (mediaType) {
            case URLENCODED -> new Fields(urlencoded(body));
            case MULTIPART -> new Fields(multipart(contentType, body));
            case JSON -> json(body);
            default -> new Fields(Map.of());
        };
    }

    private static String mediaType(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return type.equals(URLENCODED) ? type : type.strip().toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> urlencoded(Buffer body) {
        String text = body.toString(StandardCharsets.UTF_8);
        // The decoder would end at a fragment, which a form has not.
        String query = text.replace("#", "%23");
        try {
            Map<String, String> values = new HashMap<>();
            Map<String, List<String>> all =
                    new QueryStringDecoder(query, StandardCharsets.UTF_8, false, MOST, true).parameters();
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

    private static Parameters json(Buffer body) {
        String text = body.toString(StandardCharsets.UTF_8);
        return SentJson.parse("body", text)
                .filter(JsonNode::isObject)
                .map(JsonFields::new)
                .orElseThrow(() -> new InvalidParameter("body", text, "a JSON object"));
    }

    /** Parameters of a form. */
    record Fields(Map<String, String> values) implements Parameters {

        @Override
        public @Nullable String get(String name) {
            String value = values.get(name);
            return value == null ? null : unicode(name, value);
        }
    }

    /** Parameters of a JSON object: numbers and objects count as their text, and false and null as not sent. */
    record JsonFields(JsonNode object) implements Parameters {

        @Override
        public @Nullable String get(String name) {
            JsonNode value = sent(name);
            if (value == null) {
                return null;
            }
            return value.isTextual() ? unicode(name, value.textValue()) : JsonText.write(value);
        }

        @Override
        public Optional<JsonNode> json(String name, String fallback) {
            JsonNode value = sent(name);
            return value != null && value.isObject() ? Optional.of(value) : Parameters.super.json(name, fallback);
        }

        private @Nullable JsonNode sent(String name) {
            JsonNode value = object.get(name);
            boolean isSent = value != null && !value.isNull() && !(value.isBoolean() && !value.booleanValue());
            return isSent ? value : null;
        }
    }

    /**
     * Refuses half a surrogate pair: it has no UTF-8, so not every backend could store it, or give it back unchanged.
     */
    private static String unicode(String name, String value) {
        if (!isUnicode(value)) {
            throw new InvalidParameter(name, JsonText.quote(value), "text without unpaired surrogates");
        }
        return value;
    }

    static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
