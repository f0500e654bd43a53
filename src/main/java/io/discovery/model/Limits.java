package io.discovery.model;

import io.discovery.model.RegistryException.InvalidParameter;
import java.util.Map;

/**
 * Limits on the size of a registration, in bytes of UTF-8: every member holds all registrations. Only clients' writes
 * are checked; a stored registration, or the result of a merge, stays as it is.
 */
public final class Limits {

    /** DynamoDB's limit on a key of a table or index, so that everything the seed could store there fits. */
    public static final int SERVICE = 2_048;

    public static final int REPO = SERVICE;
    public static final int REVISION = 4_096;
    /** Maximum number of tags in one request. */
    public static final int TAGS = 250;

    public static final int TAG_KEY = 1_024;
    /** Maximum of the whole registration: names, revision, and each tag's and addition's key and JSON text. */
    public static final int REGISTRATION = 16 * 1024;

    /**
     * Bytes of heap of a registration without texts: its objects, with their entries in the map and the directory.
     * Measured.
     */
    private static final int BARE = 400;
    /**
     * Bytes of heap of a tag beside its texts: 112, measured where no text is shared, and its punctuation in a list.
     */
    private static final int TAG = 120;

    /** Bytes of heap of a service or a repo, beside its hosts: its group, and its places in the directory. Measured. */
    public static final int GROUP = 300;

    private Limits() {}

    /**
     * Checks the fields of a registration.
     *
     * @throws InvalidParameter that names the first field that is too large
     */
    public static void check(ServiceName service, InstanceDetails details) {
        Map<String, String> tags = details.tags();
        int size = size("service", service.text(), SERVICE)
                + size("revision", details.revision(), REVISION)
                + size("service_repo_name", details.repo(), REPO);
        if (tags.size() > TAGS) {
            throw new InvalidParameter("tags", tags.size() + " of them", "at most " + TAGS);
        }
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            size += size("the key of a tag", tag.getKey(), TAG_KEY) + bytes(tag.getValue());
        }
        if (size > REGISTRATION) {
            throw new InvalidParameter(
                    "tags", size + " bytes with the other fields", "at most " + REGISTRATION + " bytes in all");
        }
    }

    private static int size(String field, String text, int most) {
        int size = bytes(text);
        if (size > most) {
            throw new InvalidParameter(field, text, "at most " + most + " bytes");
        }
        return size;
    }

    /**
     * Estimates the heap of a registration: its objects, its entries in the map and the directory, and each of its
     * texts as a Java string and as bytes of a list. Measured: 1.05 kB for one of 190 bytes with three tags, for which
     * this is 1.14 kB.
     */
    public static int heapBytes(Registration registration) {
        int bytes = BARE + heapBytes(registration.key().service().text());
        CheckIn checkIn = registration.checkIn();
        if (checkIn != null) {
            bytes += heapBytes(checkIn.revision()) + heapBytes(checkIn.repo());
        }
        return bytes + heapBytes(registration.tags()) + heapBytes(registration.additions());
    }

    private static int heapBytes(Tags tags) {
        int bytes = 0;
        for (Tag tag : tags.list()) {
            // The value is JSON already, so it is as long in a list.
            bytes += TAG + heapBytes(tag.key()) + 2 * tag.json().length();
        }
        return bytes;
    }

    /**
     * Returns the bytes of a text as a Java string, Latin-1 or UTF-16 if one character needs it, and as JSON in ASCII.
     */
    private static int heapBytes(String text) {
        int length = text.length();
        int inList = length;
        boolean isLatin = true;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                inList += escape(c) - 1;
                isLatin &= c <= 0xff;
            }
        }
        return (isLatin ? length : 2 * length) + inList;
    }

    /** Returns the bytes of a character that JSON escapes: by a letter, or by its number. */
    private static int escape(char c) {
        return switch (c) {
            case '"', '\\', '\b', '\t', '\n', '\f', '\r' -> 2;
            default -> 6;
        };
    }

    /** Returns the size of a registration as {@link #check} counts it, and its additions. */
    public static int size(Registration registration) {
        int size = bytes(registration.key().service().text());
        CheckIn checkIn = registration.checkIn();
        if (checkIn != null) {
            size += bytes(checkIn.revision()) + bytes(checkIn.repo());
        }
        return size + size(registration.tags()) + size(registration.additions());
    }

    private static int size(Tags tags) {
        int size = 0;
        for (Tag tag : tags.list()) {
            size += bytes(tag.key()) + bytes(tag.json());
        }
        return size;
    }

    /** Returns the bytes in UTF-8. */
    private static int bytes(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair counts two: four for both.
            bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return bytes;
    }
}
