package io.discovery.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** Proofs that the owner of a public key knows a secret. Immutable; holds a key derived from the secret. */
final class SecretProof {

    /** Makes trying secrets slow. A secret has 32 characters at least, so a start need not wait for more rounds. */
    private static final int ROUNDS = 100_000;

    private static final int BITS = 256;
    private static final String MAC = "HmacSHA256";
    /** The same on all members, which have nothing else in common before they speak. */
    private static final byte[] SALT = "discovery: members of one cluster, 1".getBytes(US_ASCII);

    private final SecretKeySpec key;

    private SecretProof(SecretKeySpec key) {
        this.key = key;
    }

    /** Derives the key of proofs from a secret. Blocks for about 100 ms. */
    static SecretProof of(String secret) {
        PBEKeySpec password = new PBEKeySpec(secret.toCharArray(), SALT, ROUNDS, BITS);
        try {
            byte[] derived = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(password)
                    .getEncoded();
            return new SecretProof(new SecretKeySpec(derived, MAC));
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException("every Java has PBKDF2 with SHA-256", unsupported);
        } finally {
            password.clearPassword();
        }
    }

    /** Returns the proof for a public key: 64 characters. */
    String of(PublicKey owned) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(owned.getEncoded()));
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException("every Java has HMAC with SHA-256", unsupported);
        }
    }
}
