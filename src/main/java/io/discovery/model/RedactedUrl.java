package io.discovery.model;

/**
 * A URL, or a text meant as one, for messages: without user and password, and without a query, which can hold secrets
 * as well. Malformed URLs are redacted too, rather too much than too little, since messages about faults quote them.
 */
public final class RedactedUrl {

    private static final String LEFT_OUT = "…";
    private static final String AUTHORITY = "://";

    private RedactedUrl() {}

    public static String of(String given) {
        return withoutQuery(withoutUser(given));
    }

    /**
     * Removes user and password. A password may hold anything that a user forgot to encode, an @ or a slash: the last @
     * counts.
     */
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
