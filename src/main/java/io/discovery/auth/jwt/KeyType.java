package io.discovery.auth.jwt;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;

/** The types of public keys, each with its curve or its lengths. */
enum KeyType {
    RSA,
    P_256,
    P_384,
    P_521,
    EDWARDS;

    /** RFC 7518, section 3.3: shorter ones must not be used. Longer ones would cost an event loop too much. */
    private static final int SHORTEST_RSA = 2_048;

    private static final int LONGEST_RSA = 8_192;

    private static final BigInteger THREE = BigInteger.valueOf(3);

    /** Returns whether a key is of this type. */
    boolean fits(PublicKey key) {
        return switch (this) {
            case RSA ->
                key instanceof RSAPublicKey rsa && isLongEnough(rsa.getModulus().bitLength());
            case P_256 -> isOnCurve(key, "secp256r1");
            case P_384 -> isOnCurve(key, "secp384r1");
            case P_521 -> isOnCurve(key, "secp521r1");
            case EDWARDS -> key instanceof EdECPublicKey;
        };
    }

    private static boolean isLongEnough(int bits) {
        return bits >= SHORTEST_RSA && bits <= LONGEST_RSA;
    }

    /** Checks the point, too: Java does not, and takes another curve of the same length as well. */
    private static boolean isOnCurve(PublicKey key, String name) {
        EllipticCurve curve = curve(name);
        return key instanceof ECPublicKey ec
                && ec.getParams().getCurve().equals(curve)
                && isOnCurve(ec.getW(), curve, ((ECFieldFp) curve.getField()).getP());
    }

    /** Returns whether y² = x³ + ax + b. */
    private static boolean isOnCurve(ECPoint point, EllipticCurve curve, BigInteger prime) {
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        BigInteger right = x.modPow(THREE, prime).add(curve.getA().multiply(x)).add(curve.getB());
        return x.compareTo(prime) < 0
                && y.compareTo(prime) < 0
                && y.multiply(y).subtract(right).mod(prime).signum() == 0;
    }

    private static EllipticCurve curve(String name) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(name));
            return parameters.getParameterSpec(ECParameterSpec.class).getCurve();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no " + name, missing);
        }
    }
}
