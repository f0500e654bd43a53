package io.discovery.cli.http;

import io.discovery.cli.text.Failure;
import io.discovery.cli.text.Printable;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys in PEM files. */
final class Pem {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    private Pem() {}

    /** @throws Failure if there is none */
    static List<X509Certificate> certificates(Path file) throws CertificateException {
        byte[] text = Credentials.read(file).getBytes(StandardCharsets.UTF_8);
        List<X509Certificate> certificates =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(text)).stream()
                        .map(X509Certificate.class::cast)
                        .toList();
        if (certificates.isEmpty()) {
            throw Failure.usage("the file " + Printable.of(file.toString()) + " has no certificate");
        }
        return certificates;
    }

    /** @throws Failure if it is not a key, or has a password */
    static PrivateKey key(Path file) {
        Matcher key = KEY.matcher(Credentials.read(file));
        if (key.find()) {
            byte[] encoded = Base64.getMimeDecoder().decode(key.group(1));
            Optional<PrivateKey> known = ALGORITHMS.stream()
                    .flatMap(algorithm -> key(algorithm, encoded).stream())
                    .findFirst();
            if (known.isPresent()) {
                return known.orElseThrow();
            }
        }
        throw Failure.usage("the file " + Printable.of(file.toString())
                + " has no key as PKCS #8 without a password: convert it with openssl pkcs8 -topk8 -nocrypt");
    }

    private static Optional<PrivateKey> key(String algorithm, byte[] encoded) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException another) {
            return Optional.empty();
        }
    }
}
