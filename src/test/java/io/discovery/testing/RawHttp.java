package io.discovery.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A client of HTTP that sends bytes as they are, each request on a connection of its own. Every wait is bounded. */
public final class RawHttp {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String END_OF_HEAD = "\r\n\r\n";

    private RawHttp() {}

    /**
     * An answer, byte by byte.
     *
     * @param status the whole status line; empty if the connection ended without an answer
     * @param headers in their order, as sent
     * @param body one character a byte, with everything that came until the connection ended
     */
    public record Answer(String status, List<Map.Entry<String, String>> headers, String body) {

        static final Answer NONE = new Answer("", List.of(), "");

        public Answer {
            headers = List.copyOf(headers);
        }

        public List<String> all(String name) {
            return headers.stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        public int code() {
            return status.isEmpty() ? 0 : Integer.parseInt(status.split(" ")[1]);
        }

        private boolean isInterim() {
            return code() >= 100 && code() < 200;
        }
    }

    /** Sends a whole request, reads the answer, ends the connection and reads the rest. */
    public static Answer exchange(int port, byte[] request) {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(request);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean isHead = request.length > 4 && request[0] == 'H' && request[3] == 'D';
            Answer answer = read(in, isHead);
            return new Answer(answer.status, answer.headers, answer.body + rest(socket, in));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public static Socket connect(int port) throws IOException {
        return connect("127.0.0.1", port);
    }

    public static Socket connect(String address, int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(address, port), (int) PATIENCE.toMillis());
        return socket;
    }

    /** Reads one answer, past interim ones; an answer without a status if there is none. */
    public static Answer read(InputStream in, boolean isHead) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < END_OF_HEAD.length()
                || !head.substring(head.length() - END_OF_HEAD.length()).equals(END_OF_HEAD)) {
            int next = in.read();
            if (next < 0) {
                return Answer.NONE;
            }
            head.append((char) next);
        }
        Answer answer = parse(head.toString());
        if (answer.isInterim()) {
            return read(in, isHead);
        }
        List<String> length = answer.all("Content-Length");
        int expected = isHead || length.isEmpty() ? 0 : Integer.parseInt(length.get(0));
        String body = new String(in.readNBytes(expected), StandardCharsets.ISO_8859_1);
        return new Answer(answer.status, answer.headers, body);
    }

    private static Answer parse(String head) {
        List<String> lines = head.lines().toList();
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String line : lines.subList(1, lines.size() - 1)) {
            String[] header = line.split(": ?", 2);
            headers.add(Map.entry(header[0], header[1]));
        }
        return new Answer(lines.get(0), headers, "");
    }

    private static String rest(Socket socket, InputStream in) throws IOException {
        try {
            socket.shutdownOutput();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException closedByTheMember) {
            return "";
        }
    }
}
