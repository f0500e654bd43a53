package io.discovery.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A client on an event loop that is busy with another client. It asks at a moment that the test picks, and waits for
 * nothing.
 */
public final class Bystander implements AutoCloseable {

    private final Socket socket = new Socket();

    /** Connects and has one request answered, so that the event loop knows the client. */
    public void connect(int port) {
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            ask("/first");
            if (socket.getInputStream().read() < 0) {
                throw new AssertionError("the connection has ended");
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Sends a request. Any thread may call it. */
    public void ask(String path) {
        try {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nhost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
