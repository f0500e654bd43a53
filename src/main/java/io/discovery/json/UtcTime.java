package io.discovery.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/** Times in the form of RFC 3339, in UTC with microseconds: {@code 2026-11-27T15:00:00.123456Z}. */
public final class UtcTime {

    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'");
    private static final long MICROS = 1_000_000;

    private UtcTime() {}

    /** Writes a time in microseconds since the epoch. */
    public static String of(long micros) {
        return LocalDateTime.ofEpochSecond(
                        Math.floorDiv(micros, MICROS), (int) Math.floorMod(micros, MICROS) * 1_000, ZoneOffset.UTC)
                .format(FORM);
    }

    /** Writes a time. */
    public static String of(Instant time) {
        return of(ChronoUnit.MICROS.between(Instant.EPOCH, time));
    }

    /** Parses a time with any offset and any fraction; returns microseconds since the epoch, or empty for other text. */
    public static OptionalLong parse(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return OptionalLong.of(ChronoUnit.MICROS.between(Instant.EPOCH, time));
        } catch (DateTimeException | ArithmeticException noTime) {
            return OptionalLong.empty();
        }
    }
}
