package io.discovery.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Clients that send oversized and malformed requests at a pace, each the next when the last is answered. */
public final class BadRequests implements AutoCloseable {

    private static final int CLIENTS = 4;
    private static final String TAGS = "{\"az\": 1, \"region\": 2, \"instance_id\": 3}";
    private static final List<byte[]> REQUESTS = List.of(
            post("/v1/registration/bad", "ip=127.0.0.1&port=x&revision=r&tags=" + TAGS),
            post("/v1/registration/bad", "ip=127.0.0.1&port=80&revision=r&tags={"),
            post("/v1/registration/bad", "ip=127.0.0.1&port=80&revision=" + "r".repeat(20_000) + "&tags=" + TAGS),
            post("/v1/loadbalancing/bad", "load_balancing_weight=101"),
            request("PUT /v1/registration/bad", "", ""),
            request("GET /v1/registration/%zz", "", ""),
            request("GET /nowhere", "", ""),
            request("GET /" + "a".repeat(9_000), "", ""),
            request("GET /healthcheck", "X: " + "x".repeat(9_000) + "\r\n", ""),
            request("POST /v1/registration/bad", "Content-Length: 10000000\r\n", "ip=127.0.0.1"),
            request("POST /v1/registration/bad", "Transfer-Encoding: chunked\r\n", "no chunk\r\n"),
            "\u0001\u0002\u0003 no HTTP\r\n\r\n".getBytes(US_ASCII));

    private final Way way;
    private final long pauseNanos;
    private final Map<Integer, AtomicLong> answers = new ConcurrentSkipListMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    private interface Way {
        Socket connect() throws IOException;
    }

    private BadRequests(Way way, int perSecond) {
        this.way = way;
        this.pauseNanos = 1_000_000_000L * CLIENTS / perSecond;
    }

    public static BadRequests send(Door door, int perSecond) {
        return send(door::connect, perSecond);
    }

    public static BadRequests send(String address, int port, int perSecond) {
        return send(() -> RawHttp.connect(address, port), perSecond);
    }

    private static BadRequests send(Way way, int perSecond) {
        BadRequests requests = new BadRequests(way, perSecond);
        for (int i = 0; i < CLIENTS; i++) {
            int first = i;
            Thread thread = new Thread(() -> requests.run(first), "bad-requests-" + i);
            requests.threads.add(thread);
            thread.start();
        }
        return requests;
    }

    /** Returns how many requests had each status; 0 stands for a connection that ended without an answer. */
    public Map<Integer, Long> answers() {
        Map<Integer, Long> now = new ConcurrentSkipListMap<>();
        answers.forEach((status, count) -> now.put(status, count.get()));
        return now;
    }

    public long sent() {
        return answers().values().stream().mapToLong(Long::longValue).sum();
    }

    private void run(int first) {
        long next = System.nanoTime();
        for (int n = first; !ended; ) {
            try (Socket socket = way.connect()) {
                // Closed with a reset: no port of this machine is kept back.
                socket.setSoLinger(true, 0);
                BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
                int status = 400;
                while (!ended && goesOn(status)) {
                    socket.getOutputStream().write(REQUESTS.get(n++ % REQUESTS.size()));
                    status = RawHttp.read(in, false).code();
                    count(status);
                    next += pauseNanos;
                    LockSupport.parkNanos(next - System.nanoTime());
                }
            } catch (IOException reset) {
                count(0);
                // The member may be down: a client that came again at once would do nothing else.
                LockSupport.parkNanos(pauseNanos);
            }
        }
    }

    private static boolean goesOn(int status) {
        return status == 400 || status == 404 || status == 405;
    }

    private void count(int status) {
        answers.computeIfAbsent(status, any -> new AtomicLong()).incrementAndGet();
    }

    private static byte[] post(String path, String form) {
        return request(
                "POST " + path,
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + form.length() + "\r\n",
                form);
    }

    private static byte[] request(String methodAndPath, String headers, String body) {
        return (methodAndPath + " HTTP/1.1\r\nHost: discovery\r\n" + headers + "\r\n" + body).getBytes(US_ASCII);
    }

    @Override
    public void close() {
        ended = true;
        for (Thread thread : threads) {
            try {
                thread.join(20_000);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new UncheckedIOException(new IOException(interrupted));
            }
        }
    }
}
