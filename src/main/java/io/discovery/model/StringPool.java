package io.discovery.model;

/**
 * A bounded pool of short texts, since registrations repeat names of services and repos, revisions and tags. A text
 * that another has displaced is pooled again: only memory depends on the pool. Thread-safe.
 */
public final class StringPool {

    private static final int LONGEST = 64;
    private static final int SIZE = 1 << 14;

    /** Racy by design: any copy of a text is as good as any other. */
    private static final String[] TEXTS = new String[SIZE];

    private StringPool() {}

    /** Returns an equal text. */
    public static String of(String text) {
        if (text.length() > LONGEST) {
            return text;
        }
        int hash = text.hashCode();
        int place = (hash ^ hash >>> 16) & SIZE - 1;
        String there = TEXTS[place];
        if (text.equals(there)) {
            return there;
        }
        TEXTS[place] = text;
        return text;
    }
}
