package io.discovery.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client of HTTP/2 that sends whatever a test wants (RFC 9113, 4 and 6): it ignores the settings of the other side,
 * and counts the frames that come. It compresses only with the static table.
 */
public final class RawHttp2 implements AutoCloseable {

    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;

    /** The flag of a head that begins with the stream's priority (RFC 9113, 6.2), and the length of that. */
    private static final int PRIORITY = 0x20;

    private static final int PRIORITY_BYTES = 5;

    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int RECEIVE_BUFFER = 16 * 1024;
    private static final int READ_TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final OutputStream out;
    private final Map<Integer, AtomicInteger> frames = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    private volatile boolean isOver;
    private int last = -1;

    private RawHttp2(Socket socket, int window, boolean reads) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        frame(SETTINGS, 0, 0, setting(INITIAL_WINDOW_SIZE, window));
        if (reads) {
            Thread reader = new Thread(this::read, "raw-http2");
            reader.setDaemon(true);
            reader.start();
        }
    }

    /**
     * @param window bytes that the other side may send on each stream
     */
    public static RawHttp2 connect(int port, int window) {
        return connect(Door.plain(port), window);
    }

    /**
     * @param window bytes that the other side may send on each stream
     */
    public static RawHttp2 connect(Door door, int window) {
        return connect(door, window, true);
    }

    /** Speaks on a connection that there is. */
    public static RawHttp2 over(Socket connected, int window) throws IOException {
        return new RawHttp2(connected, window, true);
    }

    /**
     * @param reads whether it reads what comes
     */
    public static RawHttp2 connect(Door door, int window, boolean reads) {
        try {
            return new RawHttp2(door.connect(RECEIVE_BUFFER), window, reads);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static byte[] setting(int name, int value) {
        return new byte[] {0, (byte) name, (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
        };
    }

    /** Sends a request without a body on a stream of its own and returns the stream. */
    public int get(String path) {
        return request(0x82, path, END_STREAM | END_HEADERS);
    }

    /** Begins a request that has a body. */
    public int post(String path) {
        return request(0x83, path, END_HEADERS);
    }

    private int request(int method, String path, int flags) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(method);
        head.write(0x86);
        text(head, 0x04, path);
        text(head, 0x01, "discovery");
        last += 2;
        frame(HEADERS, flags, last, head.toByteArray());
        return last;
    }

    /** Writes a literal that is not indexed, of a name in the static table (RFC 7541, 6.2.2). */
    private static void text(ByteArrayOutputStream head, int name, String text) {
        head.write(name);
        head.write(Math.min(text.length(), 127));
        int rest = text.length() - 127;
        while (rest >= 128) {
            head.write(rest & 127 | 128);
            rest >>= 7;
        }
        if (rest >= 0) {
            head.write(rest);
        }
        head.writeBytes(text.getBytes(US_ASCII));
    }

    /** Sends a frame of any kind; a frame that the other side does not take any more is lost. */
    public void frame(int type, int flags, int stream, byte... payload) {
        try {
            // One write, and so with TLS one record.
            out.write(ByteBuffer.allocate(9 + payload.length)
                    .putShort((short) (payload.length >> 8))
                    .put((byte) payload.length)
                    .put((byte) type)
                    .put((byte) flags)
                    .putInt(stream)
                    .put(payload)
                    .array());
        } catch (IOException gone) {
            isOver = true;
        }
    }

    private void read() {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (!isOver) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                byte[] payload = in.readNBytes(length);
                int begin = (flags & PRIORITY) == 0 ? 0 : PRIORITY_BYTES;
                if (type == HEADERS && payload.length > begin) {
                    statuses.putIfAbsent(stream, status(payload[begin]));
                }
                frames.computeIfAbsent(type, first -> new AtomicInteger()).incrementAndGet();
            }
        } catch (IOException gone) {
            isOver = true;
        }
    }

    /** Returns the entry of the static table, or else the coded text behind the name. */
    private static int status(byte first) {
        return switch (first & 0xff) {
            case 0x88 -> 200;
            case 0x8b -> 304;
            case 0x8c -> 400;
            case 0x8d -> 404;
            default -> 0;
        };
    }

    /** Counts the frames of a type that have come. */
    public int received(int type) {
        AtomicInteger count = frames.get(type);
        return count == null ? 0 : count.get();
    }

    /** Counts the requests that were answered with 200. */
    public long succeeded() {
        return statuses.values().stream().filter(status -> status == 200).count();
    }

    /** Returns true if the other side has ended the connection. */
    public boolean isOver() {
        return isOver;
    }

    @Override
    public void close() {
        isOver = true;
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
