package io.discovery.http;

import io.discovery.model.RegistryException.InvalidParameter;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * That a read is to wait until the list is another than the client has.
 *
 * @param atMost how long it waits; above zero
 * @param index the content version that the client has, as {@link #INDEX} told it; any other text is no version of the list
 */
record LongPoll(Duration atMost, String index) {

    /** The header of a list with the index to ask with next. */
    static final String INDEX = "X-Discovery-Index";

    /** A longer wait counts as this: who waits gets an answer and asks again anyway. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private static final Pattern WAIT = Pattern.compile("([0-9]{1,9})(ms|s|m)?");
    private static final Map<String, Duration> UNITS =
            Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1));

    /**
     * What a query asks for; null if it is not to wait.
     *
     * @param query undecoded; null if there is none
     * @throws InvalidParameter if it has a wait that is none
     */
    static @Nullable LongPoll of(@Nullable String query) {
        String wait = query == null ? null : value(query, "wait");
        if (query == null || wait == null) {
            return null;
        }
        Duration atMost = duration(wait);
        String index = value(query, "index");
        return index == null || atMost.isZero() ? null : new LongPoll(atMost, index);
    }

    /** Whether the query has what makes a read wait. */
    static boolean isIn(@Nullable String query) {
        return query != null && value(query, "wait") != null && value(query, "index") != null;
    }

    /** The first value of that name, decoded if it can be. */
    private static @Nullable String value(String query, String name) {
        return Stream.of(query.split("&", -1))
                .filter(field -> field.startsWith(name + "="))
                .map(field -> field.substring(name.length() + 1))
                .map(text -> {
                    String decoded = Route.decode(text);
                    return decoded == null ? text : decoded;
                })
                .findFirst()
                .orElse(null);
    }

    private static Duration duration(String text) {
        Matcher wait = WAIT.matcher(text);
        if (!wait.matches()) {
            throw new InvalidParameter("wait", text, "a time such as 30s, 500ms or 2m; without a unit, seconds");
        }
        String unit = wait.group(2) == null ? "s" : wait.group(2);
        Duration duration = UNITS.getOrDefault(unit, Duration.ZERO).multipliedBy(Long.parseLong(wait.group(1)));
        return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    }
}
