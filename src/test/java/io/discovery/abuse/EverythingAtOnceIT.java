package io.discovery.abuse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.LargeServices;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.RawHttp;
import io.discovery.testing.RawHttp2;
import io.discovery.testing.Readers;
import io.discovery.testing.TestClient;
import io.discovery.testing.XdsAbuse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All attacks on a member with -Xmx512m at the same time: each has a budget, and together these are more than the heap.
 * The member lives, answers other clients all the while, and takes again what it has refused once the attackers have
 * gone.
 */
@Tag("long")
@Tag("attacks")
@Timeout(240)
@Isolated("others wait for an answer for a bounded time")
class EverythingAtOnceIT {

    private static final Duration ATTACK = Duration.ofSeconds(25);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The longest answer: a client that is answered late is answered. */
    private static final double LONGEST_WAIT_MS = 10_000;

    private static final int STREAMS = 1_000;
    private static final int CONNECTIONS = 20;
    /** The number of services whose registrations take half of the heap, and some more. */
    private static final int SERVICES = 60;

    /** A few of these services, of which the member took at least one as a whole. */
    private static final int FEW = 3;

    private static final String LONG_NAME = "n".repeat(1_900);

    private final Deque<AutoCloseable> attackers = new ConcurrentLinkedDeque<>();
    private final AtomicInteger registered = new AtomicInteger();

    /**
     * The attacks that hold memory for long fill their budgets one after the other; the others run at the same time.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void theMemberLivesAndServesOthers(int atOnce) throws Exception {
        // Not the simple collector with which tests start their members: it is G1 that most will run.
        try (MemberProcess member =
                MemberProcess.start(Map.of("HOST_TTL", "3600"), "-XX:-UseSerialGC", "-XX:+UseG1GC")) {
            TestClient client = member.client();
            client.register("small", "127.0.0.1");
            CompletableFuture<Readers.Result> reading =
                    CompletableFuture.supplyAsync(() -> Readers.during(member.port(), "small", ATTACK));

            attack(member, atOnce);
            Readers.Result read = reading.join();

            assertThat(read.failures()).as(member.log()).isEmpty();
            report(client, read);
            assertThat(read.percentile(1)).isLessThan(LONGEST_WAIT_MS);
            assertThat(client.metric("discovery_heap_shortages_total")).isPositive();
            for (AutoCloseable attacker : attackers) {
                attacker.close();
            }
            await().atMost(PATIENCE).until(() -> client.metric("discovery_heap_scarce") == 0);
            takesNewOnesAgain(member);
            assertThat(member.isAlive()).isTrue();
            assertThat(member.log()).contains("the heap is short").doesNotContain("OutOfMemoryError");
        }
    }

    /** Runs all attacks, those that hold memory for long first, until the time is up. */
    private void attack(MemberProcess member, int atOnce) throws InterruptedException {
        List<Consumer<MemberProcess>> attacks = List.of(
                this::largeRegistrations,
                this::watchersWithLongHeads,
                xds(abuse -> abuse.manyNames(60, 20_000)),
                this::listsThatNobodyReads,
                xds(abuse -> abuse.unfinished(80)),
                xds(abuse -> abuse.unreadRest(300, 900, 1_000)),
                this::bodiesThatNeverEnd);
        ExecutorService threads = Executors.newFixedThreadPool(atOnce);
        List<Future<?>> all = new ArrayList<>();
        attacks.forEach(attack -> all.add(threads.submit(() -> attack.accept(member))));
        threads.shutdown();
        if (!threads.awaitTermination(ATTACK.toSeconds(), TimeUnit.SECONDS)) {
            threads.shutdownNow();
        }
        for (Future<?> attack : all) {
            if (attack.isDone()) {
                try {
                    attack.get();
                } catch (ExecutionException thrownBack) {
                    System.out.println("everything at once: thrown back: " + thrownBack.getCause());
                }
            }
        }
    }

    private Consumer<MemberProcess> xds(Consumer<XdsAbuse> attack) {
        return member -> {
            XdsAbuse abuse = new XdsAbuse(member.port());
            attackers.add(abuse);
            attack.accept(abuse);
        };
    }

    private void largeRegistrations(MemberProcess member) {
        for (int service = 0; service < SERVICES; service++) {
            if (LargeServices.register(member.client(), service) == 200) {
                registered.set(service + 1);
            }
        }
    }

    /** Each client asks for all lists. */
    private void listsThatNobodyReads(MemberProcess member) {
        for (int i = 0; i < CONNECTIONS; i++) {
            RawHttp2 http = connect(member, 0);
            for (int stream = 0; stream < STREAMS; stream++) {
                http.get("/v1/registration/" + LargeServices.name(stream % Math.max(1, registered.get())));
            }
        }
    }

    private void watchersWithLongHeads(MemberProcess member) {
        for (int i = 0; i < CONNECTIONS; i++) {
            RawHttp2 http = connect(member, 100_000);
            for (int stream = 0; stream < STREAMS; stream++) {
                http.get("/v1/watch/" + LONG_NAME + stream);
            }
        }
    }

    private void bodiesThatNeverEnd(MemberProcess member) {
        byte[] almost = ("POST /v1/registrations HTTP/1.1\r\nHost: d\r\nContent-Length: 4000000\r\n\r\n"
                        + "x".repeat(3_900_000))
                .getBytes(US_ASCII);
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket socket = RawHttp.connect(member.port());
                attackers.add(socket);
                socket.getOutputStream().write(almost);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        for (int i = 0; i < CONNECTIONS; i++) {
            RawHttp2 http = connect(member, 100_000);
            for (int stream = 0; stream < STREAMS; stream++) {
                http.post("/v1/registration/nobody");
            }
        }
    }

    private RawHttp2 connect(MemberProcess member, int window) {
        RawHttp2 http = RawHttp2.connect(member.port(), window);
        attackers.add(http);
        return http;
    }

    private void takesNewOnesAgain(MemberProcess member) {
        TestClient client = member.client();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(client.metric("discovery_waiting_requests")).isZero();
            assertThat(client.metric("discovery_waiting_bytes")).isZero();
            assertThat(client.metric("discovery_connections_streams_open")).isZero();
            assertThat(client.metric("discovery_connections_unread_bytes")).isZero();
            assertThat(client.metric("discovery_xds_held_bytes")).isZero();
        });
        RawHttp2 watcher = RawHttp2.connect(member.port(), 100_000);
        watcher.get("/v1/watch/small");
        await().atMost(PATIENCE).until(() -> client.metric("discovery_watchers") == 1);
        watcher.close();
        // Theirs, which have no end, may take all there is for registrations.
        for (int service = 0; service < FEW; service++) {
            LargeServices.deregister(client, service);
        }
        client.register("small", "127.0.0.2");
        assertThat(client.hosts("small")).containsExactly("127.0.0.1", "127.0.0.2");
    }

    private void report(TestClient client, Readers.Result read) {
        System.out.printf(
                "everything at once: %d services; %.0f MB of registrations, %.0f MB waiting, %.0f MB unread, %.0f MB held by"
                        + " xDS; %.0f %% of the heap used, short %.0f times; %.0f waiting refused; others: %s%n",
                registered.get(),
                client.metric("discovery_registrations_bytes") / 1e6,
                client.metric("discovery_waiting_bytes") / 1e6,
                client.metric("discovery_connections_unread_bytes") / 1e6,
                client.metric("discovery_xds_held_bytes") / 1e6,
                client.metric("discovery_heap_used_percent"),
                client.metric("discovery_heap_shortages_total"),
                client.metric("discovery_waiting_refused_total"),
                read);
    }
}
