package io.discovery.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file in PEM form, as it was when it was read. */
record PemFile(Path path, String text) {

    private static final Pattern CERTIFICATE = block("CERTIFICATE");
    private static final Pattern REVOCATIONS = block("X509 CRL");
    /** A line of comment, the first one behind the mark of UTF-8. */
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\x{FFFD}{0,3}[ \\t]*#.*$");
    /** The begin or the end of a block other than a key, or a byte that no text has. */
    private static final Pattern PART =
            Pattern.compile("-----(?:BEGIN|END) (?![A-Z0-9 ]*(?:KEY|PARAMETERS)-----)[^-\r\n]{0,40}(?:-----)?"
                    + "|[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f]");
    /** No list of authorities is larger; the one of a public system has 250 kB. */
    private static final long MOST_BYTES = 4 << 20;

    private static Pattern block(String name) {
        return Pattern.compile("-----BEGIN " + name + "-----[^-]+-----END " + name + "-----");
    }

    /** @throws TlsException if the file cannot be read or is absurdly large */
    static PemFile read(Path path) {
        try {
            long size = Files.size(path);
            if (size > MOST_BYTES) {
                throw new TlsException(path + " has " + size + " bytes, expected at most " + MOST_BYTES);
            }
            return new PemFile(path, new String(Files.readAllBytes(path), US_ASCII));
        } catch (IOException unreadable) {
            throw new TlsException(path + " cannot be read", unreadable);
        }
    }

    InputStream stream() {
        return new ByteArrayInputStream(text.getBytes(US_ASCII));
    }

    /**
     * Returns the certificates, one at least, in their order.
     *
     * @throws TlsException if there is none, or one that is broken
     */
    List<X509Certificate> certificates() {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Object each : all(CERTIFICATE, CertificateFactory::generateCertificates)) {
            certificates.add((X509Certificate) each);
        }
        if (certificates.isEmpty()) {
            throw new TlsException(path + " holds no certificate, expected blocks of -----BEGIN CERTIFICATE-----");
        }
        return certificates;
    }

    /** Returns the revocation lists, if there are any. */
    List<X509CRL> revocations() {
        List<X509CRL> lists = new ArrayList<>();
        for (Object each : all(REVOCATIONS, CertificateFactory::generateCRLs)) {
            lists.add((X509CRL) each);
        }
        return lists;
    }

    /**
     * Refuses a file with anything but certificates, revocation lists, keys, and text around them. A list that is cut
     * off, in binary form or under another label would not be found, and would revoke nothing.
     *
     * @throws TlsException if there is more
     */
    void checkWhole() {
        String rest = text;
        for (Pattern known : List.of(COMMENT, CERTIFICATE, REVOCATIONS)) {
            rest = known.matcher(rest).replaceAll("\n");
        }
        Matcher part = PART.matcher(rest);
        if (part.find()) {
            String found = part.group().length() == 1 ? "bytes that are no text" : part.group();
            throw new TlsException(path + " holds " + found + ", expected whole blocks of -----BEGIN CERTIFICATE-----"
                    + " and -----BEGIN X509 CRL----- alone");
        }
    }

    private interface Reading<T> {
        Collection<? extends T> read(CertificateFactory factory, InputStream bytes) throws GeneralSecurityException;
    }

    private <T> List<T> all(Pattern block, Reading<T> reading) {
        List<T> all = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            Matcher blocks = block.matcher(text);
            while (blocks.find()) {
                all.addAll(reading.read(
                        factory, new ByteArrayInputStream(blocks.group().getBytes(US_ASCII))));
            }
        } catch (GeneralSecurityException broken) {
            throw new TlsException(path + " holds a broken block", broken);
        }
        return all;
    }
}
