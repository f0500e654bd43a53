package io.discovery.v1;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** A time in UTC as Python's {@code str(datetime)} writes it: without a fraction if the microseconds are zero. */
final class PythonTimestamp {

    private static final DateTimeFormatter WHOLE_SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");
    private static final long MICROS = 1_000_000;

    private PythonTimestamp() {}

    static String of(long micros) {
        long second = Math.floorDiv(micros, MICROS);
        int fraction = (int) Math.floorMod(micros, MICROS);
        return LocalDateTime.ofEpochSecond(second, fraction * 1_000, ZoneOffset.UTC)
                .format(fraction == 0 ? WHOLE_SECONDS : MICROSECONDS);
    }
}
