package io.discovery.model;

/**
 * Registrations repeat each other's texts: names of services and repos, revisions, tags. Of each that is short, one copy is
 * held for all. A text that others have pushed out is held again: the room is bounded, and only memory depends on it.
 * Safe for all threads.
 */
final class StringPool {

    private static final int LONGEST = 64;
    private static final int ROOM = 1 << 14;

    /** Read and written without order: whatever copy of a text a thread finds is as good as any other. */
    private static final String[] TEXTS = new String[ROOM];

    private StringPool() {}

    /** An equal text. */
    static String of(String text) {
        if (text.length() > LONGEST) {
            return text;
        }
        int hash = text.hashCode();
        int place = (hash ^ hash >>> 16) & ROOM - 1;
        String there = TEXTS[place];
        if (text.equals(there)) {
            return there;
        }
        TEXTS[place] = text;
        return text;
    }
}
