package io.discovery.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;

/**
 * Trust in peers whose certificate proves that they know a secret. TLS itself makes sure that the peer has the key of the
 * certificate. Thread-safe.
 */
final class SecretTrust extends EngineTrust {

    private final List<SecretProof> proofs;

    SecretTrust(List<SecretProof> proofs) {
        this.proofs = List.copyOf(proofs);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain[0]);
    }

    private void check(X509Certificate certificate) throws CertificateException {
        byte[] given = SelfSignedCertificate.nameOf(certificate).getBytes(US_ASCII);
        boolean isProven = proofs.stream()
                .map(proof -> proof.of(certificate.getPublicKey()).getBytes(US_ASCII))
                .anyMatch(expected -> MessageDigest.isEqual(expected, given));
        if (!isProven) {
            throw new CertificateException("the peer does not know a secret of CLUSTER_SECRET_FILE");
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
