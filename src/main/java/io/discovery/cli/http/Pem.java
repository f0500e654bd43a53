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
import java.util.stream.Collectors;

/** Certificates and keys in PEM files. */
final class Pem {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern LABEL = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");
    private static final String CERTIFICATE = "CERTIFICATE-----";
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    private Pem() {}

    /** @throws Failure if there is none, or one that cannot be read */
    static List<X509Certificate> certificates(Path file) {
        String text = Credentials.read(file);
        if (!text.contains("-----BEGIN " + CERTIFICATE)) {
            throw Failure.usage("the file " + Printable.of(file.toString()) + " has no certificate as PEM: it has "
                    + content(text));
        }
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException unreadable) {
            throw Failure.usage("the file " + Printable.of(file.toString()) + " has a certificate that cannot be read: "
                    + Printable.of(String.valueOf(unreadable.getMessage())));
        }
    }

    /** Returns what a file of PEM has, by the labels in it. */
    private static String content(String text) {
        String labels = LABEL.matcher(text)
                .results()
                .map(label -> label.group(1))
                .distinct()
                .collect(Collectors.joining(", "));
        return labels.isEmpty() ? "nothing of PEM" : labels;
    }

    /** @throws Failure if it is not a key, or has a password */
    static PrivateKey key(Path file) {
        String text = Credentials.read(file);
        Matcher key = KEY.matcher(text);
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
                + " has no key as PKCS #8 without a password, but " + content(text)
                + (text.contains("KEY-----") ? ": convert it with openssl pkcs8 -topk8 -nocrypt" : ""));
    }

    private static Optional<PrivateKey> key(String algorithm, byte[] encoded) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException another) {
            return Optional.empty();
        }
    }
}
