package io.discovery.v1;

import io.discovery.http.RequestPath;
import io.discovery.model.RegistryException.InvalidParameter;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A read that waits until the list differs from the client's.
 *
 * @param atMost maximum time of the wait; above zero
 * @param index the content version that the client has, from the header {@link #INDEX}; any other text differs from all
 */
record LongPoll(Duration atMost, String index) {

    /** The header of a list with the index for the next read. */
    static final String INDEX = "X-Discovery-Index";

    /** The maximum of a wait, for which a longer one counts: a client gets a response and asks again anyway. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private static final Pattern WAIT = Pattern.compile("([0-9]{1,9})(ms|s|m)?");
    private static final Map<String, Duration> UNITS =
            Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1));

    /**
     * Parses a query; returns null if the read does not wait.
     *
     * @param query undecoded; null if there is none
     * @throws InvalidParameter if its wait is not a time
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

    /** Returns whether the query has the fields that make a read wait. */
    static boolean isIn(@Nullable String query) {
        return query != null && value(query, "wait") != null && value(query, "index") != null;
    }

    /** Returns the first value of a field, decoded if possible. */
    private static @Nullable String value(String query, String name) {
        return Stream.of(query.split("&", -1))
                .filter(field -> field.startsWith(name + "="))
                .map(field -> field.substring(name.length() + 1))
                .map(text -> {
                    String decoded = RequestPath.decode(text);
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
