package io.discovery.clustering;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.discovery.testing.ClientIdentity;
import io.discovery.testing.RawHttp;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A client of HTTP/1.1 that uses a connection until an answer says that it is the last. */
final class Http1Caller implements HttpsCaller {

    /** The way to a new connection, whose handshake is over. */
    interface Connecting {
        Socket connect() throws IOException;
    }

    private final String name;
    private final Connecting connecting;
    private final String headers;
    private final AtomicInteger connections = new AtomicInteger();
    private @Nullable Socket socket;
    private InputStream in = InputStream.nullInputStream();

    /** @param headers whole lines, sent with each request */
    Http1Caller(String name, Connecting connecting, String headers) {
        this.name = name;
        this.connecting = connecting;
        this.headers = headers;
    }

    @Override
    public Answer call(String method, String path, String form, String token) {
        String request = method + " " + path + " HTTP/1.1\r\nHost: discovery\r\nAuthorization: Bearer " + token + "\r\n"
                + headers
                + (form.isEmpty()
                        ? "\r\n"
                        : "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + form.length()
                                + "\r\n\r\n" + form);
        try {
            open().getOutputStream().write(request.getBytes(US_ASCII));
            RawHttp.Answer answer = RawHttp.read(in, false);
            if (answer.code() == 0 || answer.all("Connection").contains("close")) {
                close();
            }
            return new Answer(answer.code(), answer.code() == 0 ? "the connection ended" : answer.body());
        } catch (IOException failed) {
            close();
            return Answer.none(failed);
        }
    }

    private Socket open() throws IOException {
        if (socket == null) {
            Socket opened = connecting.connect();
            connections.incrementAndGet();
            in = new BufferedInputStream(opened.getInputStream());
            socket = opened;
        }
        return socket;
    }

    @Override
    public void become(ClientIdentity next) {
        // The way to a new connection knows.
    }

    @Override
    public int connections() {
        return connections.get();
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        Socket old = socket;
        socket = null;
        if (old != null) {
            try {
                old.close();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
