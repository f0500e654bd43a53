package io.discovery.clustering;

import io.discovery.testing.ClientIdentity;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of HTTPS that read a service and send its heartbeats at a bounded rate: some keep a connection of HTTP/1.1 or
 * HTTP/2 as long as they may, others open one for each request. Nothing is tried twice.
 */
final class HttpsLoad implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int HOSTS = 20;
    private static final String PATH = "/v1/registration/steady";

    private volatile ClientIdentity identity;
    private volatile String token;
    private final int port;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final List<HttpsCaller> callers;
    private final List<Thread> threads = new ArrayList<>();
    private final long began = System.nanoTime();
    private volatile boolean stopped;

    private HttpsLoad(int port, ClientIdentity first, String token) {
        this.port = port;
        this.token = token;
        this.identity = first;
        this.callers = List.of(
                new Http1Caller("new connection", this::connecting, "Connection: close\r\n"),
                new Http1Caller("new connection", this::connecting, "Connection: close\r\n"),
                new Http1Caller("kept connection", this::connecting, ""),
                new Http1Caller("kept connection", this::connecting, ""),
                new Http2Caller(port, first),
                new Http2Caller(port, first));
    }

    /** Registers the hosts that each list must have, and starts the clients. */
    static HttpsLoad start(int port, ClientIdentity identity, String token, TestClient registering) {
        for (int n = 0; n < HOSTS; n++) {
            registering.register("steady", host(n));
        }
        HttpsLoad load = new HttpsLoad(port, identity, token);
        for (HttpsCaller caller : load.callers) {
            Thread thread = new Thread(() -> load.run(caller), "https-load");
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    private static String host(int n) {
        return "127.50.0." + (n + 1);
    }

    private Socket connecting() throws IOException {
        return identity.connect(port);
    }

    /** Lets new connections show this certificate and believe these authorities; open ones go on. */
    void become(ClientIdentity next) {
        identity = next;
        callers.forEach(caller -> caller.become(next));
    }

    /** Lets requests be sent with another token from now on. */
    void send(String next) {
        token = next;
    }

    private void run(HttpsCaller caller) {
        for (int n = 0; !stopped; n++) {
            long begin = System.nanoTime();
            String fault = n % 2 == 0 ? read(caller) : heartbeat(caller, n / 2 % HOSTS);
            answered.incrementAndGet();
            if (!fault.isEmpty()) {
                failures.add("%s after %d ms, which took %d ms: %s"
                        .formatted(
                                caller,
                                Duration.ofNanos(begin - began).toMillis(),
                                Duration.ofNanos(System.nanoTime() - begin).toMillis(),
                                fault));
            }
            // In the pause comes the GOAWAY behind an answer, if there is one: a request that crossed it would be the
            // client's to
            // send again (RFC 9113, 6.8).
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private String read(HttpsCaller caller) {
        HttpsCaller.Answer answer = caller.call("GET", PATH, "", token);
        if (answer.status() != 200) {
            return "a read: " + answer;
        }
        int hosts = TestClient.hostsOf(answer.body()).size();
        return hosts == HOSTS ? "" : "a read: " + hosts + " hosts";
    }

    private String heartbeat(HttpsCaller caller, int n) {
        String form = TestClient.encode(TestClient.registration(Map.of("ip", host(n))));
        HttpsCaller.Answer answer = caller.call("POST", PATH, form, token);
        return answer.status() == 200 ? "" : "a heartbeat: " + answer;
    }

    /** Returns the requests that failed so far. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Returns the number of requests so far. */
    int requests() {
        return answered.get();
    }

    /** Returns the number of connections that the clients opened so far. */
    int connections() {
        return callers.stream().mapToInt(HttpsCaller::connections).sum();
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(20).toMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        callers.forEach(HttpsCaller::close);
    }
}
