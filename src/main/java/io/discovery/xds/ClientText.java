package io.discovery.xds;

/** Texts that clients send and a member keeps: how long they may be, and the memory that they take. */
final class ClientText {

    /** Characters that are kept of what a client says of itself, or of why it refuses an answer. */
    static final int LONGEST = 1_000;

    /** Bytes that a text takes beside its characters. */
    private static final int OBJECT = 56;

    private static final char LAST_OF_ONE_BYTE = 0xff;

    private ClientText() {}

    /** As much of the text as is kept. */
    static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** Bytes that it takes. */
    static long bytes(String text) {
        return OBJECT + characterBytes(text);
    }

    /** Bytes that its characters take: two each if any of them is beyond Latin-1. */
    static long characterBytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > LAST_OF_ONE_BYTE) {
                return 2L * text.length();
            }
        }
        return text.length();
    }
}
