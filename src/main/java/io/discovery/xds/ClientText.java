package io.discovery.xds;

/** Texts that clients send and a member keeps: their maximum length, and the memory that they take. */
final class ClientText {

    /** Characters that a member keeps of a text in a client's node or error detail. */
    static final int LONGEST = 1_000;

    /** Bytes of the string and array objects beside the characters. */
    private static final int OBJECT = 56;

    private static final char LAST_OF_ONE_BYTE = 0xff;

    private ClientText() {}

    /** Cuts a text to {@link #LONGEST} characters. */
    static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** Returns the bytes of a text and its objects. */
    static long bytes(String text) {
        return OBJECT + characterBytes(text);
    }

    /** Returns the bytes of a text's characters: two each if any of them is beyond Latin-1. */
    static long characterBytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > LAST_OF_ONE_BYTE) {
                return 2L * text.length();
            }
        }
        return text.length();
    }
}
