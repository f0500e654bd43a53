package io.discovery.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a credential. It is looked up, so no comparison tells by its time how much of a credential was right. A
 * token is random and long, so it needs no slow function.
 */
public record TokenHash(long first, long second, long third, long fourth) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");
    private static final int TOKEN_BYTES = 32;
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(TokenHash::digest);

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    public static TokenHash of(String token) {
        return of(SHA_256.get().digest(token.getBytes(UTF_8)));
    }

    private static TokenHash of(byte[] hash) {
        ByteBuffer longs = ByteBuffer.wrap(hash);
        return new TokenHash(longs.getLong(), longs.getLong(), longs.getLong(), longs.getLong());
    }

    /** Returns whether a text is a hash as {@link #hex} writes it. */
    static boolean isHex(String text) {
        return FORM.matcher(text).matches();
    }

    /** @param text of which {@link #isHex} is true */
    static TokenHash ofHex(String text) {
        return of(HexFormat.of().parseHex(text));
    }

    /** Returns the spelling in AUTH_FILE. */
    public String hex() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(first) + hex.toHexDigits(second) + hex.toHexDigits(third) + hex.toHexDigits(fourth);
    }

    /** Makes a token of 256 random bits. */
    public static String newToken() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
