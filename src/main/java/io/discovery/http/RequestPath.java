package io.discovery.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Percent-encoding of the paths of requests (RFC 3986, 2.1). The seed decodes a path before it splits it into segments,
 * so {@code %2F} separates segments like a slash.
 */
public final class RequestPath {

    /** Characters that would end a path, or that stand for others. */
    private static final String RESERVED = "%?#";

    private RequestPath() {}

    /** Decodes a path, or a value of a query; returns null if it is not percent-encoded UTF-8. */
    public static @Nullable String decode(String text) {
        if (isPlain(text)) {
            return text;
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int value = c;
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                value = high < 0 || low < 0 ? -1 : high << 4 | low;
                i += 2;
            }
            if (value < 0 || value > 0xff) {
                return null;
            }
            bytes.put((byte) value);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' || c >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Encodes a decoded path; its slashes separate segments. */
    static String encode(String decoded) {
        if (decoded.chars().noneMatch(RequestPath::isEncoded)) {
            return decoded;
        }
        StringBuilder path = new StringBuilder(decoded.length() * 2);
        for (byte each : decoded.getBytes(StandardCharsets.UTF_8)) {
            if (isEncoded(each & 0xff)) {
                path.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
            } else {
                path.append((char) each);
            }
        }
        return path.toString();
    }

    private static boolean isEncoded(int c) {
        return c <= ' ' || c > '~' || RESERVED.indexOf(c) >= 0;
    }
}
