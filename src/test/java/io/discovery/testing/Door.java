package io.discovery.testing;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.vertx.core.http.HttpClientOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A port of a member on this machine, and whether its clients speak TLS there. They believe any certificate.
 *
 * @param isEncrypted whether they speak TLS
 * @param from their own address
 */
public record Door(int port, boolean isEncrypted, String from) {

    private static final String LOOPBACK = "127.0.0.1";

    private static final int PATIENCE_MILLIS = 15_000;

    public static Door plain(int port) {
        return new Door(port, false, LOOPBACK);
    }

    public static Door encrypted(int port) {
        return new Door(port, true, LOOPBACK);
    }

    /** Returns the same port for clients at another address. */
    public Door from(String address) {
        return new Door(port, isEncrypted, address);
    }

    /** Connects; with TLS, the handshake is over. */
    public Socket connect() throws IOException {
        return connect(new Socket());
    }

    /** Connects with room for only so many bytes that have come and were not read. */
    public Socket connect(int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBuffer);
        return connect(socket);
    }

    private Socket connect(Socket socket) throws IOException {
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            // Else the end of a handshake, and so the request, waits for the other side's delayed acknowledgement.
            socket.setTcpNoDelay(true);
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            return isEncrypted ? encrypt(socket) : socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private Socket encrypt(Socket socket) throws IOException {
        SSLSocket encrypted =
                (SSLSocket) Believing.ALL.getSocketFactory().createSocket(socket, "127.0.0.1", port, true);
        encrypted.startHandshake();
        return encrypted;
    }

    /** Sets the TLS of a client of Vert.x. */
    HttpClientOptions options() {
        HttpClientOptions options = new HttpClientOptions();
        if (isEncrypted) {
            options.setSsl(true).setUseAlpn(true).setTrustAll(true).setVerifyHost(false);
        }
        return options;
    }

    /** Sessions of one context may be resumed, as those of one client. */
    private static final class Believing {

        static final SSLContext ALL = all();

        private static SSLContext all() {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
                return context;
            } catch (GeneralSecurityException unsupported) {
                throw new IllegalStateException(unsupported);
            }
        }
    }
}
