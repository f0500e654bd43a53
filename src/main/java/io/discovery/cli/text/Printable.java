package io.discovery.cli.text;

/**
 * Text as a terminal may show it: on one line, and without characters that command the terminal. A name in the registry
 * is any text that a client has sent, escape sequences too.
 */
public final class Printable {

    private Printable() {}

    /** Returns the text with escapes in place of controls, invisible formatting, line ends and halves of pairs. */
    public static String of(String text) {
        int first = 0;
        while (first < text.length() && isPlain(text.charAt(first))) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder printable = new StringBuilder(text.length() + 16).append(text, 0, first);
        text.substring(first).codePoints().forEach(point -> append(printable, point));
        return printable.toString();
    }

    private static boolean isPlain(char each) {
        return each >= ' ' && each < 0x7f;
    }

    private static void append(StringBuilder printable, int point) {
        switch (point) {
            case '\n' -> printable.append("\\n");
            case '\r' -> printable.append("\\r");
            case '\t' -> printable.append("\\t");
            default -> {
                if (isShown(point)) {
                    printable.appendCodePoint(point);
                } else if (point <= Character.MAX_VALUE) {
                    printable.append(String.format("\\u%04x", point));
                } else {
                    printable.append(String.format("\\U%08x", point));
                }
            }
        }
    }

    private static boolean isShown(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
