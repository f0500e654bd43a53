package io.discovery.abuse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.discovery.fuzz.Mutations;
import io.discovery.testing.Door;
import io.discovery.testing.RawHttp;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients that send made-up requests. On each connection come some that a member can answer with 4xx and read on behind,
 * and then one whose bytes are changed anywhere. Before each connection comes one whose handshake is changed anywhere.
 * The same seed makes the same requests.
 */
final class MalformedRequests {

    /** Number of requests of a connection whose ends the member finds. */
    private static final int READABLE = 40;

    private static final int LONGEST = 12_000;

    private final Door door;
    private final Random random;
    private final Mutations requests;
    private final Mutations handshakes;
    private final Map<Integer, LongAdder> answers = new ConcurrentHashMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    MalformedRequests(Door door, byte[] clientHello, long seed) {
        this.door = door;
        this.random = new Random(seed);
        this.requests = new Mutations(
                List.of(
                        bytes("GET /v1/registration/payments HTTP/1.1\r\nHost: d\r\n\r\n"),
                        bytes(
                                "POST /v1/registration/bad HTTP/1.1\r\nHost: d\r\nContent-Length: 12\r\n\r\nip=127.0.0.1"),
                        bytes(
                                "POST /v1/registrations HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"),
                        bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0\3\1\5\0\0\0\1\u0082\u0086\u0084"),
                        bytes("GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(90) + "\r\n")),
                LONGEST,
                seed);
        this.handshakes = new Mutations(List.of(clientHello), LONGEST, seed);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** Sends at least this many requests, one connection after the other. */
    void send(int count) {
        for (int sent = 0; sent < count; sent += READABLE + 1) {
            try {
                brokenHandshake();
                connection();
            } catch (IOException failed) {
                faults.add(failed.toString());
            }
        }
    }

    private void brokenHandshake() throws IOException {
        if (!door.isEncrypted()) {
            return;
        }
        try (Socket socket = Door.plain(door.port()).connect()) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(handshakes.next());
        }
    }

    private void connection() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int n = 0; n < READABLE; n++) {
            all.write(readable());
        }
        try (Socket socket = door.connect()) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(all.toByteArray());
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int n = 0; n < READABLE; n++) {
                RawHttp.Answer answer = RawHttp.read(in, false);
                answers.computeIfAbsent(answer.code(), first -> new LongAdder()).increment();
                if (answer.code() == 0) {
                    faults.add("the connection ended after " + n + " answers");
                    return;
                }
            }
            // After the answers: a member that closes at once takes back what it has not sent.
            socket.getOutputStream().write(requests.next());
        }
    }

    private byte[] readable() {
        return switch (random.nextInt(6)) {
            case 0 -> post("/v1/registration/bad", "ip=127.0.0.1&port=80&revision=r&tags=" + anything());
            case 1 -> post("/v1/registration/bad", "ip=127.0.0.1&revision=r&port=x" + anything());
            case 2 -> post("/v1/loadbalancing/bad", "load_balancing_weight=x" + anything());
            case 3 -> head("PUT /v1/registration/bad" + letters());
            case 4 -> head("GET /v1/registration/%zz" + letters());
            default -> head("GET /nowhere" + letters());
        };
    }

    private static byte[] head(String methodAndPath) {
        return bytes(methodAndPath + " HTTP/1.1\r\nHost: discovery\r\n\r\n");
    }

    private static byte[] post(String path, String form) {
        return bytes(
                "POST " + path + " HTTP/1.1\r\nHost: discovery\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Content-Length: " + form.length() + "\r\n\r\n" + form);
    }

    private String anything() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return new String(bytes, ISO_8859_1);
    }

    private String letters() {
        return random.ints(random.nextInt(100), 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Returns how many of the requests whose ends the member finds had each status. */
    Map<Integer, LongAdder> answers() {
        return Map.copyOf(answers);
    }

    /** Returns the connections that failed or ended before their time. */
    List<String> faults() {
        return List.copyOf(faults);
    }
}
