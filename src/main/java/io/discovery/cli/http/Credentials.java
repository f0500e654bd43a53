package io.discovery.cli.http;

import io.discovery.cli.text.Failure;
import io.discovery.cli.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * The proof of who the user is, and the authorities that the user believes. A token is in no message and no {@code
 * toString}.
 */
public final class Credentials {

    private static final char[] NO_PASSWORD = {};
    private static final String ALGORITHM = "PKIX";

    private final Optional<String> token;
    private final Optional<SSLContext> tls;

    private Credentials(Optional<String> token, Optional<SSLContext> tls) {
        this.token = token;
        this.tls = tls;
    }

    /**
     * The files of TLS.
     *
     * @param authorities the certificates of authorities to believe in place of those that Java knows
     * @param certificate the certificate to show, with those between it and its authority
     * @param key its key
     */
    public record TlsFiles(Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key) {
        public static final TlsFiles NONE = new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** @throws Failure if the token cannot be sent, or a file cannot be used */
    public static Credentials of(Optional<String> token, TlsFiles files) {
        token.filter(text -> !text.chars().allMatch(each -> each > ' ' && each < 0x7f) || text.isEmpty())
                .ifPresent(text -> {
                    throw Failure.usage("the token is empty, or has characters that no token has");
                });
        if (files.certificate().isPresent() != files.key().isPresent()) {
            throw Failure.usage("a client's certificate needs both --cert and --key");
        }
        boolean none = files.authorities().isEmpty() && files.certificate().isEmpty();
        return new Credentials(token, none ? Optional.empty() : Optional.of(context(files)));
    }

    /** @throws Failure if the file cannot be read */
    public static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw Failure.usage("the file " + Printable.of(file.toString()) + " cannot be read: "
                    + unreadable.getClass().getSimpleName());
        }
    }

    private static SSLContext context(TlsFiles files) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager[] trust = files.authorities().isEmpty()
                    ? null
                    : trustManagers(files.authorities().orElseThrow());
            KeyManager[] keys = files.certificate().isEmpty()
                    ? null
                    : keyManagers(files.certificate().orElseThrow(), files.key().orElseThrow());
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException | IOException unusable) {
            throw Failure.usage(
                    "the files of TLS cannot be used: " + Printable.of(String.valueOf(unusable.getMessage())));
        }
    }

    private static TrustManager[] trustManagers(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        List<X509Certificate> authorities = Pem.certificates(file);
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(ALGORITHM);
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] keyManagers(Path certificate, Path keyFile)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        PrivateKey key = Pem.key(keyFile);
        store.setKeyEntry("own", key, NO_PASSWORD, Pem.certificates(certificate).toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(ALGORITHM);
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    Optional<String> authorization() {
        return token.map(text -> "Bearer " + text);
    }

    Optional<SSLContext> tls() {
        return tls;
    }
}
