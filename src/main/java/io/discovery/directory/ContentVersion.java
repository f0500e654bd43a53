package io.discovery.directory;

import io.discovery.model.CheckIn;
import io.discovery.model.Registration;
import io.discovery.model.Tag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A 128-bit fingerprint of the content that clients see, without the times of check-ins: equal on every member with the
 * same hosts, in whatever order it learned them. The version of a list is the sum of its registrations' versions (an
 * incremental hash like AdHash of Bellare and Micciancio, 1997).
 */
public record ContentVersion(long high, long low) {

    public static final ContentVersion EMPTY = new ContentVersion(0, 0);

    /**
     * Returns the version of one registration with a check-in: key, port, revision, repo and tags, each field with its
     * length before it.
     */
    static ContentVersion of(Registration registration, CheckIn checkIn) {
        MessageDigest digest = sha256();
        add(digest, registration.key().toString());
        add(digest, Integer.toString(checkIn.port()));
        add(digest, checkIn.revision());
        add(digest, checkIn.repo());
        for (Tag tag : registration.tags().list()) {
            add(digest, tag.key());
            add(digest, tag.json());
        }
        return of(digest);
    }

    /** Returns the version of the same content with a mark. */
    ContentVersion marked(String mark) {
        MessageDigest digest = sha256();
        add(digest, toString());
        add(digest, mark);
        return of(digest);
    }

    private static ContentVersion of(MessageDigest digest) {
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new ContentVersion(hash.getLong(), hash.getLong());
    }

    /** Returns the version of this content and the other together. */
    public ContentVersion plus(ContentVersion other) {
        return new ContentVersion(high + other.high, low + other.low);
    }

    /** Returns the version of this content without the other, which is part of it. */
    public ContentVersion minus(ContentVersion other) {
        return new ContentVersion(high - other.high, low - other.low);
    }

    private static void add(MessageDigest digest, String field) {
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    /** Returns 32 hexadecimal digits. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
