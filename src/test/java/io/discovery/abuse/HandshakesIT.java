package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Heartbeats;
import io.discovery.testing.MemberUsage;
import io.discovery.testing.Readers;
import io.discovery.testing.SlowLoris;
import io.discovery.testing.SlowLoris.Habit;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Handshakes of TLS that do not end, more than a member keeps, beside clients that read: on a connection that they keep,
 * and on a new one each time. scripts/check-abuse begins more of them, and prints the figures.
 */
@Tag("long")
class HandshakesIT {

    private static final int HELD = Integer.getInteger("discovery.abuse.handshakes", 1_500);
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("discovery.abuse.seconds", 7));
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int HOSTS = 100;
    private static final int MOST_HANDSHAKES = 1_000;
    private static final double LONGEST_P99_MS = 250;
    private static final String HANDSHAKES = "discovery_tls_handshakes";
    private static final String ENDED = "discovery_connections_ended_total{reason=\"handshake\"}";

    /** The waits of readers of both kinds. */
    private record Waits(Readers.Result kept, Readers.Result arriving) {

        /** @param meanwhile runs once the first kind has its connections */
        static Waits of(AttackedMember member, Runnable meanwhile) {
            CompletableFuture<Readers.Result> arriving =
                    CompletableFuture.supplyAsync(() -> Readers.arriving(member.doorFromElsewhere(), "payments", TIME));
            Readers.Result kept = Readers.during(member.door(), "payments", TIME, meanwhile);
            return new Waits(kept, arriving.join());
        }

        void assertUnharmed() {
            assertThat(kept.failures()).isEmpty();
            assertThat(arriving.failures()).isEmpty();
            if (Boolean.getBoolean("discovery.measure")) {
                assertThat(kept.percentile(0.99)).isLessThan(LONGEST_P99_MS);
            }
        }
    }

    @Test
    void silentOnesSlowNobodyDown(@TempDir Path dir) throws Exception {
        attack("silent", Habit.silentAfter(new TestAuthority(dir, "stranger").clientHello()));
    }

    @Test
    void thoseThatComeBitByBitSlowNobodyDown(@TempDir Path dir) throws Exception {
        attack("bit by bit", Habit.dripping(new TestAuthority(dir, "stranger").clientHello()));
    }

    private static void attack(String name, Habit habit) {
        try (AttackedMember member = AttackedMember.startWithTls()) {
            TestClient client = member.client();
            for (int i = 0; i < HOSTS; i++) {
                client.register("payments", Heartbeats.address(i));
            }
            report(name + ", before", member, Waits.of(member, () -> {}));

            AtomicReference<SlowLoris> attack = new AtomicReference<>();
            Waits during = Waits.of(
                    member, () -> attack.set(SlowLoris.hold(member.door().port(), HELD, habit)));
            try (SlowLoris held = Objects.requireNonNull(attack.get())) {
                double handshakes = client.metric(HANDSHAKES);
                report(name + ", during", member, during);
                System.out.printf(
                        "abuse, half handshakes: %d held, %.0f in progress at the end, %d ended, of which %.0f as"
                                + " handshakes%n",
                        HELD, handshakes, held.closed(), client.metric(ENDED));
                during.assertUnharmed();
                assertThat(handshakes).isLessThanOrEqualTo(MOST_HANDSHAKES);
                await().atMost(PATIENCE).until(() -> client.metric(ENDED) >= HELD);
            }

            await().atMost(PATIENCE)
                    .until(() -> client.metric(HANDSHAKES) == 0 && client.metric("discovery_connections") < 5);
            assertThat(client.hosts("payments")).hasSize(HOSTS);
            System.out.println("abuse, half handshakes, " + name + ", after: " + memory(member));
        }
    }

    private static void report(String when, AttackedMember member, Waits waits) {
        System.out.printf(
                "abuse, half handshakes, %s: kept connections: %s; a new one each: %s, %d failed; %s%n",
                when,
                waits.kept(),
                waits.arriving(),
                waits.arriving().failures().size(),
                memory(member));
    }

    private static String memory(AttackedMember member) {
        return "%d MB resident, %.0f MB of heap in use"
                .formatted(
                        MemberUsage.of(member.process()).residentMegabytes(),
                        MemberUsage.liveHeap(member.process()) / 1e6);
    }
}
