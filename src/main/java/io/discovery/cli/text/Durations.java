package io.discovery.cli.text;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as users write and read them: {@code 500ms}, {@code 30s}, {@code 10m}, {@code 2h}, {@code 1d}. */
public final class Durations {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final long DAY = Duration.ofDays(1).toSeconds();
    private static final long HOUR = Duration.ofHours(1).toSeconds();
    private static final long MINUTE = Duration.ofMinutes(1).toSeconds();

    private Durations() {}

    /** Parses a duration; returns empty if the text has another form. */
    public static Optional<Duration> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(form.group(1));
        return Optional.of(
                switch (form.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                });
    }

    /** Returns about how long it is, in its two largest units: {@code 3d 4h}, {@code 12m 5s}. */
    public static String about(long seconds) {
        if (seconds >= DAY) {
            return seconds / DAY + "d " + seconds % DAY / HOUR + "h";
        }
        if (seconds >= HOUR) {
            return seconds / HOUR + "h " + seconds % HOUR / MINUTE + "m";
        }
        return seconds >= MINUTE ? seconds / MINUTE + "m " + seconds % MINUTE + "s" : seconds + "s";
    }
}
