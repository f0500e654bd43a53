package io.discovery.testing;

import io.discovery.testing.TestAuthority.Issued;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that a client shows, if any, and the authorities that it believes. Its connections resume sessions as
 * those of one process do.
 */
public final class ClientIdentity {

    private static final int REFUSAL_MILLIS = 1_000;

    private final List<TestAuthority> believed;
    private final @Nullable Issued own;
    private final SSLContext context;

    private ClientIdentity(List<TestAuthority> believed, @Nullable Issued own) {
        this.believed = List.copyOf(believed);
        this.own = own;
        this.context = TestAuthority.client(believed, own);
    }

    /** Returns a client without a certificate. */
    public static ClientIdentity believing(TestAuthority... believed) {
        return new ClientIdentity(List.of(believed), null);
    }

    /** Returns a client with the same trust that shows a certificate. */
    public ClientIdentity showing(Issued shown) {
        return new ClientIdentity(believed, shown);
    }

    /** Returns the certificate that it shows. */
    public Optional<Issued> own() {
        return Optional.ofNullable(own);
    }

    /** Returns the options with which Vert.x is this client. */
    public ClientSSLOptions options() {
        PemTrustOptions trust = new PemTrustOptions();
        believed.forEach(each -> trust.addCertPath(each.file().toString()));
        ClientSSLOptions options = new ClientSSLOptions()
                .setUseAlpn(true)
                .setHostnameVerificationAlgorithm("HTTPS")
                .setTrustOptions(trust);
        if (own != null) {
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .addCertPath(own.certificate().toString())
                    .addKeyPath(own.key().toString()));
        }
        return options;
    }

    /** Connects and lets the handshake end; the other side may refuse this one only after that. */
    public SSLSocket connect(int port) throws IOException {
        return connect(port, socket -> {});
    }

    /** Connects as {@link #connect(int)} does, and is asked before the handshake what it shall be like. */
    public SSLSocket connect(int port, Consumer<SSLSocket> preparing) throws IOException {
        Socket plain = RawHttp.connect(port);
        try {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
            preparing.accept(socket);
            socket.startHandshake();
            return socket;
        } catch (IOException failed) {
            plain.close();
            throw failed;
        }
    }

    /** Returns the certificate that the other side shows. */
    public X509Certificate shownAt(int port) throws IOException {
        try (SSLSocket socket = connect(port)) {
            Certificate[] chain = socket.getSession().getPeerCertificates();
            return (X509Certificate) chain[0];
        }
    }

    /** Returns whether one of the two sides ends the connection within a second. */
    public boolean isRefusedAt(int port) {
        try (SSLSocket socket = connect(port)) {
            socket.setSoTimeout(REFUSAL_MILLIS);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException refused) {
            return true;
        }
    }
}
