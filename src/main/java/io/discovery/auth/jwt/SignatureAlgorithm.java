package io.discovery.auth.jwt;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms by which tokens may be signed: those with a public key (RFC 7518, sections 3.3 to 3.5; RFC 8037). None
 * with a shared secret is here, and no "none": with them a client could sign its own tokens by what all may know.
 */
enum SignatureAlgorithm {
    RS256("SHA256withRSA", KeyType.RSA),
    RS384("SHA384withRSA", KeyType.RSA),
    RS512("SHA512withRSA", KeyType.RSA),
    PS256("RSASSA-PSS", KeyType.RSA),
    PS384("RSASSA-PSS", KeyType.RSA),
    PS512("RSASSA-PSS", KeyType.RSA),
    ES256("SHA256withECDSAinP1363Format", KeyType.P_256),
    ES384("SHA384withECDSAinP1363Format", KeyType.P_384),
    ES512("SHA512withECDSAinP1363Format", KeyType.P_521),
    @SuppressWarnings("ConstantCaseForConstants") // The spelling of the header.
    EdDSA("EdDSA", KeyType.EDWARDS);

    private final String name;
    private final KeyType type;

    SignatureAlgorithm(String name, KeyType type) {
        this.name = name;
        this.type = type;
    }

    /** Returns the algorithm of a header; empty if tokens may not be signed by it. */
    static Optional<SignatureAlgorithm> of(String header) {
        return Stream.of(values())
                .filter(algorithm -> algorithm.name().equals(header))
                .findFirst();
    }

    /** Returns whether a key is of the type, the curve and the length for this algorithm, and Java can use it. */
    boolean fits(PublicKey key) {
        try {
            return type.fits(key) && verification(key) != null;
        } catch (InvalidKeyException unusable) {
            return false;
        }
    }

    /** Returns whether a signature is that of the bytes. The key must {@link #fits fit}. */
    boolean verify(PublicKey key, byte[] signed, byte[] signature) {
        if (key instanceof EdECPublicKey edwards && signature.length != length(edwards)) {
            // Java does not look at what stands behind such a signature.
            return false;
        }
        try {
            Signature verification = verification(key);
            verification.update(signed);
            return verification.verify(signature);
        } catch (SignatureException noSignature) {
            // Of another length, for example.
            return false;
        } catch (InvalidKeyException fitted) {
            throw new IllegalStateException("a key that does not fit " + this, fitted);
        }
    }

    /** Returns the length of a signature: RFC 8032, sections 5.1.6 and 5.2.6. */
    private static int length(EdECPublicKey key) {
        return key.getParams().getName().equals("Ed25519") ? 64 : 114;
    }

    private Signature verification(PublicKey key) throws InvalidKeyException {
        try {
            Signature verification = Signature.getInstance(name);
            PSSParameterSpec parameters = parameters();
            if (parameters != null) {
                verification.setParameter(parameters);
            }
            verification.initVerify(key);
            return verification;
        } catch (InvalidKeyException unusable) {
            throw unusable;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no " + name, missing);
        }
    }

    private @Nullable PSSParameterSpec parameters() {
        return switch (this) {
            case PS256 -> pss(MGF1ParameterSpec.SHA256, 32);
            case PS384 -> pss(MGF1ParameterSpec.SHA384, 48);
            case PS512 -> pss(MGF1ParameterSpec.SHA512, 64);
            case RS256, RS384, RS512, ES256, ES384, ES512, EdDSA -> null;
        };
    }

    /** Returns the parameters of RFC 7518, section 3.5: the salt is as long as the digest. */
    private static PSSParameterSpec pss(MGF1ParameterSpec digest, int salt) {
        return new PSSParameterSpec(
                digest.getDigestAlgorithm(), "MGF1", digest, salt, PSSParameterSpec.TRAILER_FIELD_BC);
    }
}
