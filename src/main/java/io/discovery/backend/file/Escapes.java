package io.discovery.backend.file;

import java.util.HexFormat;

/**
 * An escaping of any string as text that SQLite, its tools and UTF-8 preserve, on one line and without tabs. Almost
 * every string stands for itself; a backslash is doubled, a newline, carriage return or tab is {@code \n}, {@code \r}
 * or {@code \t}, and every other control character (NUL ends a text for many tools) or unpaired surrogate (UTF-8 has
 * none) is {@code \}{@code u} and four hexadecimal digits.
 */
final class Escapes {

    private static final HexFormat HEX = HexFormat.of();
    private static final int HEX_DIGITS = 4;

    private Escapes() {}

    static String escape(String text) {
        int start = 0;
        while (start < text.length() && !mustEscape(text, start)) {
            start++;
        }
        if (start == text.length()) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, start);
        for (int i = start; i < text.length(); i++) {
            append(escaped, text, i);
        }
        return escaped.toString();
    }

    private static void append(StringBuilder escaped, String text, int index) {
        char c = text.charAt(index);
        if (!mustEscape(text, index)) {
            escaped.append(c);
            return;
        }
        switch (c) {
            case '\\' -> escaped.append("\\\\");
            case '\n' -> escaped.append("\\n");
            case '\r' -> escaped.append("\\r");
            case '\t' -> escaped.append("\\t");
            default -> escaped.append("\\u").append(HEX.toHexDigits(c));
        }
    }

    private static boolean mustEscape(String text, int index) {
        char c = text.charAt(index);
        return c == '\\' || c < ' ' || Character.isSurrogate(c) && !isPaired(text, index);
    }

    private static boolean isPaired(String text, int index) {
        return Character.isHighSurrogate(text.charAt(index))
                ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
                : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
    }

    /** @throws IllegalArgumentException if the text is not an escaped string */
    static String unescape(String escaped) {
        int backslash = escaped.indexOf('\\');
        if (backslash < 0) {
            return escaped;
        }
        StringBuilder text = new StringBuilder(escaped.length());
        int done = 0;
        while (backslash >= 0) {
            text.append(escaped, done, backslash);
            done = appendOriginal(text, escaped, backslash + 1);
            backslash = escaped.indexOf('\\', done);
        }
        return text.append(escaped, done, escaped.length()).toString();
    }

    /** @return the index after the escape */
    private static int appendOriginal(StringBuilder text, String escaped, int at) {
        int end = at + 1;
        switch (at < escaped.length() ? escaped.charAt(at) : ' ') {
            case '\\' -> text.append('\\');
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case 'u' -> {
                end += HEX_DIGITS;
                if (end > escaped.length()) {
                    throw new IllegalArgumentException("an escape is cut off: " + escaped);
                }
                text.append((char) HexFormat.fromHexDigits(escaped, at + 1, end));
            }
            default -> throw new IllegalArgumentException("unknown escape: " + escaped);
        }
        return end;
    }
}
