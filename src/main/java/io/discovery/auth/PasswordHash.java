package io.discovery.auth;

import io.vertx.ext.auth.hashing.HashingStrategy;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hashes of passwords, by PBKDF2 with HMAC-SHA-512, in the form of vertx-auth: {@code $pbkdf2$it=ITERATIONS$SALT$HASH}. A
 * check takes about a tenth of a second of a processor, which is its purpose.
 */
public final class PasswordHash {

    /** Iterations of a new hash (OWASP, "Password Storage Cheat Sheet": 210,000 with SHA-512). */
    private static final int ITERATIONS = 210_000;
    /** Maximum iterations that a check runs: ten times as many. */
    private static final int MOST_ITERATIONS = 2_100_000;

    private static final int LEAST_ITERATIONS = 10_000;
    private static final int SALT_BYTES = 32;
    private static final Pattern FORM =
            Pattern.compile("\\$pbkdf2\\$it=([0-9]{1,7})\\$[A-Za-z0-9+/]{10,}={0,2}\\$[A-Za-z0-9+/]{80,}={0,2}");

    private static final HashingStrategy HASHING = HashingStrategy.load();

    private PasswordHash() {}

    /** Returns whether a text is a hash that {@link #of} could have made, with enough iterations and not too many. */
    static boolean isOne(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return false;
        }
        int iterations = Integer.parseInt(form.group(1));
        return iterations >= LEAST_ITERATIONS && iterations <= MOST_ITERATIONS;
    }

    /** Makes a hash with a random salt. */
    public static String of(String password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return HASHING.hash(
                "pbkdf2",
                Map.of("it", Integer.toString(ITERATIONS)),
                Base64.getEncoder().withoutPadding().encodeToString(salt),
                password);
    }

    /** Returns whether a password has this hash. Takes a tenth of a second, whatever the password is. */
    static boolean isOf(String hash, String password) {
        return HASHING.verify(hash, password);
    }
}
