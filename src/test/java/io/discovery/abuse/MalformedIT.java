package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.MemberUsage;
import io.discovery.testing.Readers;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Malformed requests over TLS, and malformed TLS, by the ten thousand: all that can be answered is, readers go on, and
 * nothing is left behind. The system property discovery.abuse.malformed asks for more.
 */
@Tag("long")
@Timeout(3_600)
class MalformedIT {

    private static final int REQUESTS = Integer.getInteger("discovery.abuse.malformed", 40_000);
    private static final int CLIENTS = 4;
    private static final long SEED = 20_261_127;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration READING = Duration.ofSeconds(5);
    /** A few lines a second at most, whatever clients send. */
    private static final int LONGEST_LOG = 200_000;

    private static final long MOST_GROWTH = 40_000_000;

    @Test
    void malformedRequestsOverTlsHarmNobody(@TempDir Path dir) throws Exception {
        byte[] hello = new TestAuthority(dir, "stranger").clientHello();
        try (AttackedMember member = AttackedMember.startWithTls()) {
            TestClient client = member.client();
            client.register("payments", "127.0.0.1");
            long heapBefore = MemberUsage.liveHeap(member.process());
            List<MalformedRequests> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(n -> new MalformedRequests(member.door(), hello, SEED + n))
                    .toList();

            long start = System.nanoTime();
            CompletableFuture<?>[] sending = clients.stream()
                    .map(each -> CompletableFuture.runAsync(
                            () -> each.send(REQUESTS / CLIENTS), task -> new Thread(task, "malformed").start()))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture<Void> all = CompletableFuture.allOf(sending);
            List<Readers.Result> reads = new ArrayList<>();
            while (reads.isEmpty() || !all.isDone()) {
                reads.add(Readers.during(member.door(), "payments", READING));
            }
            all.join();

            Map<Integer, Long> answers = new TreeMap<>();
            clients.forEach(
                    each -> each.answers().forEach((status, count) -> answers.merge(status, count.sum(), Long::sum)));
            System.out.printf(
                    "malformed: %d over TLS in %d s, answers by status %s; others: %s%n",
                    REQUESTS, Duration.ofNanos(System.nanoTime() - start).toSeconds(), answers, reads);
            assertThat(clients).allSatisfy(each -> assertThat(each.faults()).isEmpty());
            assertThat(answers).containsOnlyKeys(400, 404, 405);
            assertThat(reads).allSatisfy(each -> assertThat(each.failures()).isEmpty());
            assertThatNothingIsLeft(member);
            assertThat(MemberUsage.liveHeap(member.process())).isLessThan(heapBefore + MOST_GROWTH);
            System.out.printf(
                    "malformed, heap in use: %.1f MB before, %.1f MB after; %s%n",
                    heapBefore / 1e6, MemberUsage.liveHeap(member.process()) / 1e6, MemberUsage.of(member.process()));
        }
    }

    private static void assertThatNothingIsLeft(AttackedMember member) {
        TestClient client = member.client();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(client.metric("discovery_connections")).isLessThan(5);
            assertThat(client.metric("discovery_tls_handshakes")).isZero();
            assertThat(client.metric("discovery_connections_heads_bytes")).isZero();
            assertThat(client.metric("discovery_connections_unread_bytes")).isZero();
            assertThat(client.metric("discovery_connections_streams_open")).isZero();
            assertThat(client.metric("discovery_bodies_bytes")).isZero();
            assertThat(client.metric("discovery_waiting_bytes")).isZero();
        });
        assertThat(client.get("/v1/services").body().strip())
                .isEqualTo("{\"services\": [{\"service\": \"payments\", \"hosts\": 1}]}");
        assertThat(member.process().log().length()).isLessThan(LONGEST_LOG);
        assertThat(member.process().log()).doesNotContain("\tat ").doesNotContain(" ERROR ");
    }
}
