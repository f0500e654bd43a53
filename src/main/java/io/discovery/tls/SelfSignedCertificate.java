package io.discovery.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/**
 * Certificates that a member signs itself, for a P-256 key. A certificate says nothing but its name, and never expires.
 * Java reads certificates and makes none; the form is that of RFC 5280, 4.1.
 */
final class SelfSignedCertificate {

    private static final int INTEGER = 0x02;
    private static final int BITS = 0x03;
    private static final int OBJECT_ID = 0x06;
    private static final int UTF8_TEXT = 0x0c;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int VERSION = 0xa0;

    private static final int SHORT_LENGTH = 0x80;
    private static final int LENGTH_IN_TWO = 0x82;
    private static final int BYTE = 8;

    private static final byte[] VERSION_3 = {2};
    private static final byte[] SERIAL = {1};
    private static final byte[] NO_UNUSED_BITS = {0};
    /** 2.5.4.3 */
    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};
    /** 1.2.840.10045.4.3.2 */
    private static final byte[] ECDSA_WITH_SHA256 = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02};

    private static final String BEGIN = "700101000000Z";
    /** No end that is known (RFC 5280, 4.1.2.5). */
    private static final String END = "99991231235959Z";

    private static final String PREFIX = "CN=";

    private SelfSignedCertificate() {}

    /**
     * Makes the certificate of a key.
     *
     * @param name letters and digits, 64 at most
     */
    static X509Certificate of(KeyPair keys, String name) throws GeneralSecurityException {
        byte[] algorithm = der(SEQUENCE, der(OBJECT_ID, ECDSA_WITH_SHA256));
        byte[] named = der(
                SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_TEXT, name.getBytes(UTF_8)))));
        byte[] unsigned = der(
                SEQUENCE,
                der(VERSION, der(INTEGER, VERSION_3)),
                der(INTEGER, SERIAL),
                algorithm,
                named,
                der(SEQUENCE, der(UTC_TIME, BEGIN.getBytes(US_ASCII)), der(GENERALIZED_TIME, END.getBytes(US_ASCII))),
                named,
                keys.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(unsigned);
        byte[] signed = der(SEQUENCE, unsigned, algorithm, der(BITS, NO_UNUSED_BITS, signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(signed));
    }

    /** Returns the name of such a certificate; that of another certificate in whatever form it has. */
    static String nameOf(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName();
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }

    /** Returns a value in DER: its tag, its length, its parts. */
    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(tag);
        if (content.size() < SHORT_LENGTH) {
            value.write(content.size());
        } else {
            value.write(LENGTH_IN_TWO);
            value.write(content.size() >> BYTE);
            value.write(content.size());
        }
        value.writeBytes(content.toByteArray());
        return value.toByteArray();
    }
}
