package io.discovery.backend.dynamodb;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Codec of the time of a check-in. Written as pynamodb's UTCDateTimeAttribute does,
 * {@code 2026-11-24T06:37:45.283604+0000}; read in every style of ISO 8601 that Python's dateutil accepts, too.
 */
final class SeedTimestamp {

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'+0000'");

    private static final Pattern TIME = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})[Tt ](\\d{2}):(\\d{2})"
            + "(?::(\\d{2})(?:[.,](\\d{1,30}))?)? ?(?:([+-])(\\d{2})(?::?(\\d{2}))?|[Zz]|UTC)?");

    private static final int FRACTION_DIGITS = 6;

    private SeedTimestamp() {}

    static String write(long micros) {
        long seconds = Math.floorDiv(micros, TimeUnit.SECONDS.toMicros(1));
        long nanos = TimeUnit.MICROSECONDS.toNanos(Math.floorMod(micros, TimeUnit.SECONDS.toMicros(1)));
        return FORMAT.format(LocalDateTime.ofEpochSecond(seconds, (int) nanos, ZoneOffset.UTC));
    }

    /**
     * Parses a time as microseconds since the epoch; further digits are cut off, and a time without an offset is UTC
     * (seed).
     *
     * @throws IllegalArgumentException if the text is not a time
     */
    static long micros(String text) {
        Matcher time = TIME.matcher(text.strip());
        if (!time.matches()) {
            throw new IllegalArgumentException("not a time: " + text);
        }
        try {
            LocalDateTime local = LocalDateTime.of(
                    number(time, 1),
                    number(time, 2),
                    number(time, 3),
                    number(time, 4),
                    number(time, 5),
                    number(time, 6));
            Instant instant = local.toInstant(offset(time));
            return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + fraction(time.group(7));
        } catch (DateTimeException outOfRange) {
            throw new IllegalArgumentException("not a time: " + text, outOfRange);
        }
    }

    private static ZoneOffset offset(Matcher time) {
        int sign = "-".equals(time.group(8)) ? -1 : 1;
        return ZoneOffset.ofHoursMinutes(sign * number(time, 9), sign * number(time, 10));
    }

    private static int number(Matcher time, int group) {
        String digits = time.group(group);
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static int fraction(@Nullable String digits) {
        return digits == null
                ? 0
                : Integer.parseInt((digits + "0".repeat(FRACTION_DIGITS)).substring(0, FRACTION_DIGITS));
    }
}
