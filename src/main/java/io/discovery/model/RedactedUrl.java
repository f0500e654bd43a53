package io.discovery.model;

/**
 * A URL, or what somebody took for one, as messages may show it: without user and password, and without a query, which can
 * hold secrets as well. What is not well-formed is redacted too, rather too much than too little: it is shown to say what
 * is wrong with it.
 */
public final class RedactedUrl {

    private static final String LEFT_OUT = "…";
    private static final String AUTHORITY = "://";

    private RedactedUrl() {}

    public static String of(String given) {
        return withoutQuery(withoutUser(given));
    }

    /** A password may hold anything that a user forgot to encode, an @ or a slash: the last @ counts. */
    private static String withoutUser(String given) {
        int at = given.lastIndexOf('@');
        if (at < 0) {
            return given;
        }
        int scheme = given.indexOf(AUTHORITY);
        String start = scheme < 0 || scheme > at ? "" : given.substring(0, scheme + AUTHORITY.length());
        return start + LEFT_OUT + given.substring(at);
    }

    private static String withoutQuery(String given) {
        int query = given.indexOf('?');
        return query < 0 || !given.contains(AUTHORITY) ? given : given.substring(0, query + 1) + LEFT_OUT;
    }
}
