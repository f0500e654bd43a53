package io.discovery.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The conditions of a read: unless the client has the current version (RFC 9110, 13.1.2), and in a coding that it
 * accepts (12.5.3). Headers are parsed on demand.
 */
public record RequestPreconditions(MultiMap headers) {

    private static final String GZIP = "gzip";
    private static final Pattern REFUSED = Pattern.compile(".*;q=0(\\.0{0,3})?");

    /** Returns whether the client has the version of this weak tag; weak and strong tags count as equal. */
    public boolean hasAlready(String tag) {
        String has = headers.get(HttpHeaders.IF_NONE_MATCH);
        return has != null && (has.equals(tag) || isAmong(headers.getAll(HttpHeaders.IF_NONE_MATCH), tag));
    }

    private static boolean isAmong(List<String> given, String tag) {
        String opaque = tag.substring(tag.indexOf('"'));
        String has = String.join(",", given);
        return has.strip().equals("*") || Stream.of(has.split(",", -1)).anyMatch(each -> isTag(each.strip(), opaque));
    }

    private static boolean isTag(String given, String opaque) {
        return given.equals(opaque)
                || given.startsWith("W/") && given.substring(2).equals(opaque);
    }

    /** Returns whether the client accepts gzip. */
    public boolean gzip() {
        String accepts = headers.get(HttpHeaders.ACCEPT_ENCODING);
        return accepts != null && (accepts.equals(GZIP) || isAccepted(headers.getAll(HttpHeaders.ACCEPT_ENCODING)));
    }

    private static boolean isAccepted(List<String> given) {
        return Stream.of(String.join(",", given).toLowerCase(Locale.ROOT).split(",", -1))
                .map(each -> each.replace(" ", "").replace("\t", ""))
                .anyMatch(each -> each.equals(GZIP)
                        || each.startsWith(GZIP + ";") && !REFUSED.matcher(each).matches());
    }
}
