package io.discovery.process;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import java.util.regex.Pattern;

/**
 * What is logged, as logback's pattern has it, such that no text of a client's looks like a line of ours: names may hold any
 * character. A line begins with a time only if it is one; what continues it is indented, and control characters are escaped.
 */
public final class PlainTextConverter extends CompositeConverter<ILoggingEvent> {

    /** A line feed before something that is not indented; one that ends the text stays as it is. */
    private static final Pattern CONTINUED = Pattern.compile("\\n(?=[^\\s])");

    /** All but line feeds and tabs, and what is a line feed elsewhere. */
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
