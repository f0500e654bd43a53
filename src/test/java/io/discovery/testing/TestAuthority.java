package io.discovery.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** An authority that issues certificates for tests, all of them PEM files in a folder. */
public final class TestAuthority {

    private static final Duration VALID = Duration.ofDays(90);
    private static final Duration CLOCKS = Duration.ofMinutes(5);
    private static final KeyPurposeId SERVER = KeyPurposeId.id_kp_serverAuth;
    private static final KeyPurposeId CLIENT = KeyPurposeId.id_kp_clientAuth;

    private final Path dir;
    private final X500Name name;
    private final KeyPair keys = newKeys();
    private final @Nullable TestAuthority above;
    private final X509CertificateHolder holder;
    private final String certificate;

    /**
     * The files of a certificate.
     *
     * @param holder what is in the first of them
     * @param keys what is in the second of them
     */
    public record Issued(Path certificate, Path key, Path authority, X509CertificateHolder holder, KeyPair keys) {

        /** Returns the settings with which a member serves HTTPS by these files. */
        public Map<String, String> httpsSettings() {
            return Map.of("TLS_CERT", certificate.toString(), "TLS_KEY", key.toString());
        }

        /** Writes the certificate and the key into one file, as some programs want them. */
        public Path inOneFile() {
            try {
                return replace(
                        certificate.resolveSibling(certificate.getFileName() + ".both"),
                        Files.readString(certificate) + Files.readString(key));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        /** Returns the settings with which a member speaks TLS with its peers by these files. */
        public Map<String, String> memberSettings() {
            return Map.of(
                    "CLUSTER_TLS_CERT", certificate.toString(),
                    "CLUSTER_TLS_KEY", key.toString(),
                    "CLUSTER_TLS_CA", authority.toString());
        }
    }

    /**
     * The form of a certificate.
     *
     * @param names DNS names, or URIs, that it carries
     * @param ends the end of its time
     * @param forBothSides whether those that open connections may show it too
     * @param list address at which the authority's revocation list is; empty for none
     */
    public record Form(List<String> names, Instant ends, boolean forBothSides, String list) {

        /** Returns the form of a member's certificate. */
        public static Form member() {
            return new Form(List.of("discovery"), Instant.now().plus(VALID), true, "");
        }

        /** Returns the form of the certificate that a member on this machine shows its clients. */
        public static Form server() {
            return member().named("127.0.0.1", "localhost").forServersAlone();
        }

        public Form named(String... others) {
            return new Form(List.of(others), ends, forBothSides, list);
        }

        public Form ending(Instant when) {
            return new Form(names, when, forBothSides, list);
        }

        public Form forServersAlone() {
            return new Form(names, ends, false, list);
        }

        public Form withListAt(String address) {
            return new Form(names, ends, forBothSides, address);
        }
    }

    public TestAuthority(Path dir, String name) {
        this(dir, name, null);
    }

    /** @param above the authority that issues this one's certificate; null for this one itself */
    private TestAuthority(Path dir, String name, @Nullable TestAuthority above) {
        this.dir = dir;
        this.above = above;
        this.name = new X500Name("CN=" + name);
        TestAuthority issuer = above == null ? this : above;
        this.holder = issuer.sign(
                new JcaX509v3CertificateBuilder(
                        issuer.name, serial(), date(Duration.ZERO), date(VALID), this.name, keys.getPublic()),
                builder -> {
                    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
                    builder.addExtension(
                            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
                    builder.addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            identifiers().createSubjectKeyIdentifier(keys.getPublic()));
                });
        this.certificate = pem(holder);
        replace(file(), certificate);
    }

    /** Creates an authority between this one and the certificates that it issues, which come with its own. */
    public TestAuthority between(String between) {
        return new TestAuthority(dir, between, this);
    }

    /** Returns the file with the authority's certificate. */
    public Path file() {
        return dir.resolve(name.toString().substring("CN=".length()) + ".pem");
    }

    /** Returns the authority's certificate in PEM form. */
    public String text() {
        return certificate;
    }

    /** Issues a certificate into files that begin with this name; those that are there already are replaced. */
    public Issued issue(String file, Form form) {
        KeyPair own = newKeys();
        Date begin = Date.from(
                form.ends().isBefore(Instant.now())
                        ? form.ends().minus(VALID)
                        : Instant.now().minus(CLOCKS));
        X509CertificateHolder holder = sign(
                new JcaX509v3CertificateBuilder(
                        name, serial(), begin, Date.from(form.ends()), new X500Name("CN=" + file), own.getPublic()),
                builder -> {
                    KeyPurposeId[] purposes =
                            form.forBothSides() ? new KeyPurposeId[] {SERVER, CLIENT} : new KeyPurposeId[] {SERVER};
                    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                    builder.addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            identifiers().createAuthorityKeyIdentifier(keys.getPublic()));
                    builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
                    builder.addExtension(Extension.subjectAlternativeName, false, names(form.names()));
                    if (!form.list().isEmpty()) {
                        DistributionPoint[] points = {new DistributionPoint(placeOf(form.list()), null, null)};
                        builder.addExtension(Extension.cRLDistributionPoints, false, new CRLDistPoint(points));
                    }
                });
        String chain = above == null ? pem(holder) : pem(holder) + certificate;
        Path certificateFile = replace(dir.resolve(file + ".pem"), chain);
        Path keyFile = replace(dir.resolve(file + ".key"), key(own));
        Path trusted = above == null ? file() : above.file();
        return new Issued(certificateFile, keyFile, trusted, holder, own);
    }

    /** Returns the TLS of a client that believes this authority alone, and shows a certificate if it has one. */
    public SSLContext client(@Nullable Issued own) {
        return client(List.of(this), own);
    }

    /** Returns the TLS of a client that believes these authorities, and shows a certificate if it has one. */
    public static SSLContext client(List<TestAuthority> believed, @Nullable Issued own) {
        try {
            JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
            KeyStore trusted = emptyStore();
            for (TestAuthority each : believed) {
                trusted.setCertificateEntry(each.name.toString(), converter.getCertificate(each.holder));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            KeyStore shown = emptyStore();
            if (own != null) {
                Certificate[] chain = {converter.getCertificate(own.holder())};
                shown.setKeyEntry("own", own.keys().getPrivate(), new char[0], chain);
            }
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
            keyManagers.init(shown, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException unsupported) {
            throw new IllegalStateException(unsupported);
        }
    }

    /** Returns the first bytes of a client's handshake. */
    public byte[] clientHello() throws SSLException {
        SSLEngine engine = client(null).createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    /** Returns the options with which a Java believes this authority alone. */
    public List<String> trustOptions() {
        Path file = dir.resolve(file().getFileName() + ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", new JcaX509CertificateConverter().getCertificate(holder));
            trusted.store(out, "changeit".toCharArray());
        } catch (GeneralSecurityException | IOException unsupported) {
            throw new IllegalStateException(unsupported);
        }
        return List.of("-Djavax.net.ssl.trustStore=" + file, "-Djavax.net.ssl.trustStorePassword=changeit");
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static JcaX509ExtensionUtils identifiers() {
        try {
            return new JcaX509ExtensionUtils();
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException(unsupported);
        }
    }

    private static GeneralNames names(List<String> texts) {
        return new GeneralNames(
                texts.stream().map(text -> new GeneralName(kind(text), text)).toArray(GeneralName[]::new));
    }

    private static int kind(String name) {
        if (name.contains(":")) {
            return GeneralName.uniformResourceIdentifier;
        }
        return name.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName;
    }

    /** Returns a list, in PEM form, that revokes these certificates. */
    public String revocations(Issued... revoked) {
        return revocations(
                Instant.now().plus(VALID),
                Stream.of(revoked).map(Issued::holder).toList());
    }

    /** Returns a list that revokes the certificate of an authority between. */
    public String revocationsOf(TestAuthority between) {
        return revocations(Instant.now().plus(VALID), List.of(between.holder));
    }

    /** Returns a list of a time that revokes the certificate of an authority between. */
    public String revocationsOf(TestAuthority between, Instant made, Instant next) {
        return revocations(made, next, List.of(between.holder));
    }

    /** Returns a list that revokes nothing and that a newer one should have replaced. */
    public String endedRevocations() {
        return revocations(Instant.now().minus(CLOCKS.dividedBy(2)), List.of());
    }

    /** Returns a list that revokes nothing, and that a newer one has to replace by then. */
    public String revocationsUntil(Instant next) {
        return revocations(next, List.of());
    }

    /** Returns a list that revokes nothing, and does not say when there will be a newer one. */
    public String revocationsWithoutEnd() {
        return revocations(null, List.of());
    }

    /** Returns a list that was made at a time, and that a newer one has to replace by another. */
    public String revocationsBetween(Instant made, Instant next, Issued... revoked) {
        return revocations(made, next, Stream.of(revoked).map(Issued::holder).toList());
    }

    /** Returns a list that revokes nothing, in the form that openssl has without a configuration: with no extension. */
    public String bareRevocations(Instant made) {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(name, Date.from(made));
        builder.setNextUpdate(Date.from(Instant.now().plus(VALID)));
        return pem(builder.build(signer()));
    }

    /** Returns a list that names another authority's key as the one that has signed it. */
    public String revocationsAs(TestAuthority other, Instant made) {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(name, Date.from(made));
        builder.setNextUpdate(Date.from(Instant.now().plus(VALID)));
        try {
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers().createAuthorityKeyIdentifier(other.keys.getPublic()));
        } catch (IOException unsupported) {
            throw new UncheckedIOException(unsupported);
        }
        return pem(builder.build(signer()));
    }

    /** Returns a list of the changes since another one: of none. */
    public String deltaRevocations() {
        return revocations(
                date(Duration.ZERO).toInstant(),
                Instant.now().plus(VALID),
                List.of(),
                builder -> builder.addExtension(Extension.deltaCRLIndicator, true, new CRLNumber(BigInteger.ONE)));
    }

    /** Returns a list that revokes nothing and is about a part of the certificates: those with this address of their list. */
    public String revocationsOfPart(String address, Instant next) {
        IssuingDistributionPoint part = new IssuingDistributionPoint(placeOf(address), false, false);
        return revocations(
                date(Duration.ZERO).toInstant(),
                next,
                List.of(),
                builder -> builder.addExtension(Extension.issuingDistributionPoint, true, part));
    }

    /** Returns a list that is about all certificates but those of authorities. */
    public String revocationsOfUsers(Instant next, Issued... revoked) {
        IssuingDistributionPoint users = new IssuingDistributionPoint(null, true, false, null, false, false);
        return revocations(
                date(Duration.ZERO).toInstant(),
                next,
                Stream.of(revoked).map(Issued::holder).toList(),
                builder -> builder.addExtension(Extension.issuingDistributionPoint, true, users));
    }

    private static DistributionPointName placeOf(String address) {
        return new DistributionPointName(
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, address)));
    }

    private String revocations(@Nullable Instant next, List<X509CertificateHolder> revoked) {
        return revocations(date(Duration.ZERO).toInstant(), next, revoked);
    }

    private String revocations(Instant made, @Nullable Instant next, List<X509CertificateHolder> revoked) {
        return revocations(made, next, revoked, builder -> {});
    }

    private interface ExtendingList {
        void extend(X509v2CRLBuilder builder) throws IOException;
    }

    private String revocations(
            Instant made, @Nullable Instant next, List<X509CertificateHolder> revoked, ExtendingList extending) {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(name, Date.from(made));
        if (next != null) {
            builder.setNextUpdate(Date.from(next));
        }
        for (X509CertificateHolder each : revoked) {
            builder.addCRLEntry(each.getSerialNumber(), date(Duration.ZERO), CRLReason.keyCompromise);
        }
        try {
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(keys.getPublic()));
            extending.extend(builder);
        } catch (IOException | GeneralSecurityException unsupported) {
            throw new IllegalStateException(unsupported);
        }
        return pem(builder.build(signer()));
    }

    private interface Extending {
        void extend(X509v3CertificateBuilder builder) throws IOException;
    }

    private X509CertificateHolder sign(X509v3CertificateBuilder builder, Extending extending) {
        try {
            extending.extend(builder);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return builder.build(signer());
    }

    private ContentSigner signer() {
        try {
            return new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
        } catch (OperatorCreationException unsupported) {
            throw new IllegalStateException(unsupported);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException(unsupported);
        }
    }

    private static BigInteger serial() {
        return new BigInteger(64, new SecureRandom());
    }

    private static Date date(Duration fromNow) {
        return Date.from(Instant.now().plus(fromNow).minus(fromNow.isZero() ? CLOCKS : Duration.ZERO));
    }

    private static String key(KeyPair keys) {
        try {
            return pem(new JcaPKCS8Generator(keys.getPrivate(), null).generate());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String pem(Object content) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(content);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return text.toString();
    }

    /** Replaces a file as a deploy does: there is no time at which it is half written. */
    public static Path replace(Path file, String text) {
        try {
            Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text);
            return Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
