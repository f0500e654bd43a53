package io.discovery.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client that watches: it reads server-sent events over HTTP/1.1 when the test tells it to. Every wait is bounded.
 */
public final class EventStream implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** The size of the receive buffer: the member soon notices a client that does not read. */
    private static final int RECEIVE_BUFFER = 4 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final RawHttp.Answer head;
    private int leftOfChunk;

    /**
     * A server-sent event.
     *
     * @param data its lines, joined
     */
    public record Event(String id, String type, String data) {}

    private EventStream(Socket socket, InputStream in, RawHttp.Answer head) {
        this.socket = socket;
        this.in = in;
        this.head = head;
    }

    /** Opens a stream of a client that has no event yet. */
    public static EventStream open(int port, String path) {
        return open(port, path, null);
    }

    /** @param lastEventId what the client has; null for nothing */
    public static EventStream open(int port, String path, @Nullable String lastEventId) {
        return openWith(port, path, lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n");
    }

    /** @param headers each with its line feed */
    public static EventStream openWith(int port, String path, String headers) {
        try {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: d\r\n" + headers + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            return new EventStream(socket, in, RawHttp.read(in, false));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public RawHttp.Answer head() {
        return head;
    }

    /**
     * Returns the next event and skips comments and hints.
     *
     * @throws AssertionError if none comes
     */
    public Event next() {
        Map<String, String> fields = new HashMap<>();
        for (String line = line(); !line.isEmpty() || !fields.containsKey("data"); line = line()) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                fields.merge(line.substring(0, colon), line.substring(colon + 2), (a, b) -> a + "\n" + b);
            }
        }
        return new Event(
                fields.getOrDefault("id", ""), fields.getOrDefault("event", ""), fields.getOrDefault("data", ""));
    }

    /** Returns true if bytes have come that the client has not read. */
    public boolean hasMore() {
        try {
            return in.available() > 0;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /**
     * Returns the next line.
     *
     * @throws AssertionError if none comes, or if the stream ends
     */
    public String line() {
        StringBuilder line = new StringBuilder();
        for (int c = read(); c != '\n'; c = read()) {
            if (c < 0) {
                throw new AssertionError("the stream has ended after '" + line + "'");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    /** Reads on until the stream ends, which must be as a whole answer ends. */
    public String rest() {
        StringBuilder rest = new StringBuilder();
        for (int c = read(); c >= 0; c = read()) {
            rest.append((char) c);
        }
        return rest.toString();
    }

    /** Returns the next byte of the body; -1 after the last chunk. */
    private int read() {
        try {
            if (leftOfChunk == 0) {
                String size = chunkLine();
                leftOfChunk = Integer.parseInt(size, 16);
                if (leftOfChunk == 0) {
                    return -1;
                }
            }
            int c = next(in);
            if (--leftOfChunk == 0) {
                chunkLine();
            }
            return c;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private String chunkLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = next(in); c != '\n'; c = next(in)) {
            line.append(c == '\r' ? "" : (char) c);
        }
        return line.toString();
    }

    private static int next(InputStream in) throws IOException {
        int c = in.read();
        if (c < 0) {
            throw new IOException("the connection ended in the middle of the answer");
        }
        return c;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
