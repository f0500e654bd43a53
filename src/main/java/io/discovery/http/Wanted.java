package io.discovery.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How a client wants what it reads: not again if it has it (RFC 9110, 13.1.2), compressed if it may be (12.5.3).
 *
 * @param has the entity tags in If-None-Match, or {@code *}; empty if none was sent
 * @param gzip whether gzip is acceptable
 */
record Wanted(String has, boolean gzip) {

    static final Wanted ANYHOW = new Wanted("", false);

    static Wanted of(MultiMap headers) {
        String has = joined(headers, HttpHeaders.IF_NONE_MATCH);
        String encodings = joined(headers, HttpHeaders.ACCEPT_ENCODING);
        return has.isEmpty() && encodings.isEmpty()
                ? ANYHOW
                : new Wanted(has, !encodings.isEmpty() && acceptsGzip(encodings));
    }

    private static String joined(MultiMap headers, CharSequence name) {
        return headers.contains(name) ? String.join(",", headers.getAll(name)) : "";
    }

    private static boolean acceptsGzip(String encodings) {
        return Stream.of(encodings.toLowerCase(Locale.ROOT).split(",", -1))
                .map(each -> each.replace(" ", "").replace("\t", ""))
                .anyMatch(each -> each.equals("gzip") || each.startsWith("gzip;") && !isZero(each));
    }

    private static boolean isZero(String encoding) {
        return encoding.matches(".*;q=0(\\.0{0,3})?");
    }

    /** Whether the client has what this weak tag stands for; weak and strong tags are alike here. */
    boolean hasAlready(String tag) {
        if (has.isEmpty() || has.equals(tag)) {
            return !has.isEmpty();
        }
        String opaque = tag.substring(tag.indexOf('"'));
        return has.strip().equals("*") || Stream.of(has.split(",", -1)).anyMatch(each -> isTag(each.strip(), opaque));
    }

    private static boolean isTag(String given, String opaque) {
        return given.equals(opaque)
                || given.startsWith("W/") && given.substring(2).equals(opaque);
    }
}
