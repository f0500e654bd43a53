package io.discovery.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTypeTest {

    @ParameterizedTest
    @CsvSource({"2047, false", "2048, true", "8192, true", "8193, false"})
    void keysOfRsaHaveALeastAndAMostLength(int bits, boolean fits) throws GeneralSecurityException {
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
        PublicKey key =
                KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65_537)));

        assertThat(KeyType.RSA.fits(key)).isEqualTo(fits);
    }

    /** The curve has a point with x = 0; the same one with x = p is another spelling. */
    @Test
    void aPointHasOneSpellingAlone() throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
        BigInteger prime = ((ECFieldFp) curve.getCurve().getField()).getP();
        // The root of b, since p = 3 modulo 4.
        BigInteger y = curve.getCurve().getB().modPow(prime.add(BigInteger.ONE).shiftRight(2), prime);

        assertThat(KeyType.P_256.fits(key(new ECPoint(BigInteger.ZERO, y), curve)))
                .isTrue();
        assertThat(KeyType.P_256.fits(key(new ECPoint(prime, y), curve))).isFalse();
    }

    private static PublicKey key(ECPoint point, ECParameterSpec curve) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve));
    }
}
