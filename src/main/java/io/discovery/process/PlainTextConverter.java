package io.discovery.process;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import java.util.regex.Pattern;

/**
 * A logback converter that escapes text so that no client can forge a line of the log: names may hold any character.
 * Only the first line of an event begins with a time; its other lines are indented, and control characters are escaped.
 */
public final class PlainTextConverter extends CompositeConverter<ILoggingEvent> {

    /** A line feed before text that is not indented; not the last line feed. */
    private static final Pattern CONTINUED = Pattern.compile("\\n(?=[^\\s])");

    /** Control characters except line feeds and tabs, and Unicode's other line separators. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\x80-\\x9f\u2028\u2029&&[^\n\t]]");

    @Override
    protected String transform(ILoggingEvent event, String text) {
        return plain(text);
    }

    static String plain(String text) {
        String escaped = CONTROL.matcher(text.replace("\r\n", "\n"))
                .replaceAll(
                        found -> String.format("\\\\u%04x", (int) found.group().charAt(0)));
        return CONTINUED.matcher(escaped).replaceAll("\n\t");
    }
}
