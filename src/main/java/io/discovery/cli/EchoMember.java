package io.discovery.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A stand-in for a member, for a rehearsal: each request gets the same answer, which fits all of them. */
final class EchoMember implements AutoCloseable {

    private static final String BODY = "{\"services\": [{\"service\": \"a\", \"hosts\": 1}], \"hosts\": [{\"service\":"
            + " \"a\", \"ip_address\": \"127.0.0.1\", \"port\": 1, \"revision\": \"1\", \"tags\": {\"az\": \"a\"}}]}";
    private static final byte[] ANSWER = ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                    + "Content-Length: " + BODY.length() + "\r\n\r\n" + BODY)
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    EchoMember() throws IOException {
        Thread thread = new Thread(this::serve, "member");
        thread.setDaemon(true);
        thread.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    private void serve() {
        try {
            while (true) {
                answer();
            }
        } catch (IOException closed) {
            // The rehearsal is over.
        }
    }

    private void answer() throws IOException {
        try (Socket socket = listening.accept()) {
            BufferedReader request =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            int length = 0;
            for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
                if (line.startsWith("Content-Length: ")) {
                    length = Integer.parseInt(line.substring("Content-Length: ".length()));
                }
            }
            for (int i = 0; i < length; i++) {
                request.read();
            }
            socket.getOutputStream().write(ANSWER);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
