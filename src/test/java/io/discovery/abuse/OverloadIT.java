package io.discovery.abuse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.BadRequests;
import io.discovery.testing.Heartbeats;
import io.discovery.testing.RawHttp;
import io.discovery.testing.Readers;
import io.discovery.testing.SlowLoris;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A member between clients that hold connections and clients that send nonsense. scripts/check-abuse runs it for
 * longer, with more of both, and prints the figures.
 */
@Execution(ExecutionMode.CONCURRENT)
class OverloadIT {

    private static final int HELD = Integer.getInteger("discovery.abuse.held", 200);
    private static final int BAD_PER_SECOND = Integer.getInteger("discovery.abuse.rate", 500);
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("discovery.abuse.seconds", 7));
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int HOSTS = 100;
    private static final String LATE_BODY =
            "POST /v1/registration/late HTTP/1.1\r\nHost: discovery\r\nContent-Length: 100\r\n\r\nip=";
    private static final String LIST = "GET /v1/registration/payments HTTP/1.1\r\nHost: discovery\r\n\r\n";
    private static final double LONGEST_P99_MS = 250;
    private static final Pattern HEAP =
            Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\",id=\"[^\"]*\"} (\\S+)$");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+([0-9]+) kB$");

    @Test
    void abuseKeepsNobodyFromReadingAndLeavesNothingBehind() throws IOException {
        try (AttackedMember member = AttackedMember.start()) {
            TestClient client = member.client();
            for (int i = 0; i < HOSTS; i++) {
                client.register("payments", Heartbeats.address(i));
            }
            Readers.Result before = Readers.during(member.doorFromElsewhere(), "payments", TIME.dividedBy(5));
            String memoryBefore = memory(member);
            int closed;
            Map<Integer, Long> bad;
            Readers.Result during;

            try (Socket late = send(member, LATE_BODY);
                    Socket unread = send(member, LIST.repeat(1_000));
                    SlowLoris held = SlowLoris.hold(member.door(), HELD);
                    BadRequests nonsense = BadRequests.send(member.door(), BAD_PER_SECOND)) {
                during = Readers.during(member.doorFromElsewhere(), "payments", TIME);
                // Each has 5 s for its head, from the end of a handshake.
                await().atMost(PATIENCE).until(() -> held.closed() >= HELD);
                closed = held.closed();
                bad = nonsense.answers();
                RawHttp.Answer answer = RawHttp.read(late.getInputStream(), false);
                assertThat(answer.code()).isEqualTo(408);
                assertThat(answer.body()).contains("body: given 3 bytes in 10 s");
                await().atMost(Duration.ofSeconds(15))
                        .until(() -> client.metric("discovery_connections_ended_total{reason=\"slow\"}") == 1);
                assertThat(unread.isClosed()).isFalse();
            }

            System.out.printf(
                    "abuse for %d s, -Xmx512m: %d connections held, %d closed; bad requests by status %s%n"
                            + "abuse, before: %s; %s%nabuse, during: %s; %s%n",
                    TIME.toSeconds(), HELD, closed, bad, before, memoryBefore, during, memory(member));
            assertThat(during.failures()).isEmpty();
            assertThat(bad.keySet()).containsExactly(0, 400, 404, 405, 413, 414, 431);
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() ->
                            assertThat(client.metric("discovery_connections")).isLessThan(5));
            assertThat(client.metric("discovery_connections_unread_bytes")).isZero();
            assertThat(client.metric("discovery_changes_in_flight")).isZero();
            // A connection that was one handshake too many is opened again, until its head is what ends it.
            double heads = client.metric("discovery_connections_ended_total{reason=\"head\"}");
            assertThat(heads).isPositive();
            assertThat(heads + client.metric("discovery_connections_ended_total{reason=\"handshake\"}"))
                    .isGreaterThanOrEqualTo(HELD);
            assertThat(client.hosts("payments")).hasSize(HOSTS);
            assertThat(client.hosts("bad")).isEmpty();
            client.register("after", "127.0.0.1");
            System.out.println("abuse, after: " + memory(member));
            if (Boolean.getBoolean("discovery.measure")) {
                assertThat(during.percentile(0.99)).isLessThan(LONGEST_P99_MS);
            }
        }
    }

    /** Opens a socket, sends this, and does not read. */
    private static Socket send(AttackedMember member, String text) throws IOException {
        Socket socket = member.door().connect(8 * 1024);
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        return socket;
    }

    private static String memory(AttackedMember member) {
        double heap = HEAP.matcher(member.client().get("/metrics").body())
                .results()
                .mapToDouble(pool -> Double.parseDouble(pool.group(1)))
                .sum();
        try {
            String status = Files.readString(Path.of("/proc/" + member.process().pid() + "/status"));
            long resident = RESIDENT.matcher(status)
                    .results()
                    .mapToLong(line -> Long.parseLong(line.group(1)))
                    .sum();
            return String.format("%d MB resident, %.0f MB of heap used", resident / 1024, heap / 1_048_576);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
