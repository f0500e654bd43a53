package io.discovery.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The time from a change on one member until another shows it, while clients write 2,000 times a second to all three.
 * Prints the distribution and asserts that nothing is lost. For scripts/check-propagation.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class PropagationIT {

    private static final int WRITERS = 4;
    private static final int WRITES_A_SECOND = 2_000;
    private static final int HOSTS = 1_000;
    private static final int PROBES = Integer.getInteger("discovery.bench.probes", 3_000);
    /** The time for a warm-up: Java compiles code that is used often, and all is slower before. */
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("discovery.bench.warmup", 90));

    /** The last revision that each host has been acknowledged with. */
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    private volatile boolean over;

    @Test
    void aChangeOnOneMemberIsSoonShownByAnother() throws Exception {
        try (TestCluster cluster = TestCluster.start(3, Map.of())) {
            List<Thread> writers = IntStream.range(0, WRITERS)
                    .mapToObj(n -> new Thread(() -> write(cluster, n), "writer-" + n))
                    .toList();
            writers.forEach(Thread::start);
            probe(cluster, Integer.MAX_VALUE, System.nanoTime() + WARM_UP.toNanos());
            long[] nanos = probe(cluster, PROBES, Long.MAX_VALUE);
            over = true;
            for (Thread writer : writers) {
                writer.join();
            }

            Arrays.sort(nanos);
            System.out.printf(
                    "bench: shown by another member after: p50 %.2f ms, p90 %.2f, p99 %.2f, p99.9 %.2f, longest %.2f (%d probes, %d writes)%n",
                    millis(nanos, 0.5),
                    millis(nanos, 0.9),
                    millis(nanos, 0.99),
                    millis(nanos, 0.999),
                    millis(nanos, 1),
                    nanos.length,
                    writes());
            for (int n = 0; n < cluster.size(); n++) {
                TestClient client = cluster.client(n);
                await().atMost(Duration.ofSeconds(10))
                        .untilAsserted(() -> assertThat(revisions(client)).containsAllEntriesOf(acknowledged));
            }
            System.out.println("bench: all " + acknowledged.size()
                    + " hosts are shown by all three as they were last acknowledged");
        }
    }

    private static double millis(long[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1, sorted.length * part)] / 1e6;
    }

    private long writes() {
        return acknowledged.values().stream()
                .mapToLong(revision -> Long.parseLong(revision.substring(revision.indexOf('-') + 1)))
                .sum();
    }

    /** Writes for a writer, which has hosts of its own and a connection to each member. */
    private void write(TestCluster cluster, int writer) {
        try (Connection first = new Connection(cluster.member(0).port());
                Connection second = new Connection(cluster.member(1).port());
                Connection third = new Connection(cluster.member(2).port())) {
            List<Connection> members = List.of(first, second, third);
            long pause = TimeUnit.SECONDS.toNanos(1) * WRITERS / WRITES_A_SECOND;
            long start = System.nanoTime();
            for (int n = 0; !over; n++) {
                for (long left = start + n * pause - System.nanoTime();
                        left > 0;
                        left = start + n * pause - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                int host = writer * (HOSTS / WRITERS) + n % (HOSTS / WRITERS);
                String ip = "127.51." + host / 250 + "." + (1 + host % 250);
                String revision = "w-" + (1 + n / (HOSTS / WRITERS));
                Connection member = members.get(n % members.size());
                member.post("written", ip, revision);
                RawHttp.Answer answer = member.answer();
                if (answer.code() == 200) {
                    acknowledged.put(ip, revision);
                } else {
                    throw new AssertionError("a write was answered with " + answer);
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /**
     * Makes one change after the other on the first member, and looks for each on the second from the moment at which
     * it is sent.
     */
    private static long[] probe(TestCluster cluster, int probes, long endNanos) throws IOException {
        long[] nanos = new long[Math.min(probes, 1_000_000)];
        int count = 0;
        try (Connection writer = new Connection(cluster.member(0).port());
                Connection reader = new Connection(cluster.member(1).port())) {
            while (count < nanos.length && System.nanoTime() < endNanos) {
                String revision = "probe-" + System.nanoTime();
                long sent = System.nanoTime();
                writer.post("probed", "127.52.0.1", revision);
                do {
                    reader.get("/v1/registration/probed/127.52.0.1");
                } while (!reader.answer().body().contains(revision));
                nanos[count++] = System.nanoTime() - sent;
                writer.answer();
            }
        }
        return Arrays.copyOf(nanos, count);
    }

    private static Map<String, String> revisions(TestClient client) {
        Map<String, String> revisions = new ConcurrentHashMap<>();
        String body = client.get("/v1/registration/written").body();
        var host = java.util.regex.Pattern.compile("\"ip_address\": \"([^\"]*)\".*?\"revision\": \"([^\"]*)\"")
                .matcher(body);
        while (host.find()) {
            revisions.put(host.group(1), host.group(2));
        }
        return revisions;
    }

    /** A connection that is kept; a client of the JDK would cost more time than the way between members. */
    private static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        Connection(int port) throws IOException {
            socket = RawHttp.connect(port);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        }

        void post(String service, String ip, String revision) throws IOException {
            String form = TestClient.encode(TestClient.registration(Map.of("ip", ip, "revision", revision)));
            send("POST /v1/registration/" + service
                    + " HTTP/1.1\r\nHost: d\r\nContent-Type: application/x-www-form-urlencoded" + "\r\nContent-Length: "
                    + form.length() + "\r\n\r\n" + form);
        }

        void get(String path) throws IOException {
            send("GET " + path + " HTTP/1.1\r\nHost: d\r\n\r\n");
        }

        private void send(String request) throws IOException {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        }

        RawHttp.Answer answer() throws IOException {
            return RawHttp.read(in, false);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
