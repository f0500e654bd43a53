package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.Readers;
import io.discovery.testing.XdsAbuse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Attacks with all that a client of xDS can make a member keep until it refuses: a member with -Xmx512m lives, answers
 * other clients all the while, and nothing is left when the attacker has gone.
 */
@Tag("long")
@Tag("attacks")
@Execution(ExecutionMode.CONCURRENT)
class XdsAbuseIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration READING = Duration.ofSeconds(8);
    /** The longest answer: a client that is answered late is answered; some once waited for 18 s. */
    private static final double LONGEST_WAIT_MS = 5_000;

    /**
     * The most streams that a member may reset within 30 s before the library of the client takes it for an attacker,
     * and hangs up.
     */
    private static final int MOST_RESETS = 200;

    @Test
    void longTextsAreCut() {
        // A client that sends faster than the member reads is refused.
        MemberProcess member = attacked(
                abuse -> abuse.longTexts(300, 500_000),
                abuse -> abuse.answered() + abuse.refused() >= 300 || abuse.refused() >= MOST_RESETS);

        assertThat(member.log().length()).isLessThan(1_000_000);
    }

    @Test
    void longVersionsAndMillionsOfEmptyNamesAreRefused() {
        attacked(
                abuse -> {
                    abuse.longVersions(200, 4_000_000);
                    abuse.emptyNames(30);
                },
                abuse -> abuse.refused() >= 30);
    }

    @Test
    void streamsAreRefusedWhenTheyHoldTheirShareOfTheHeap() {
        attacked(abuse -> abuse.streams(12_000), abuse -> abuse.refused() > 100);
    }

    @Test
    void namesAreRefusedWhenTheyHoldTheirShareOfTheHeap() {
        attacked(abuse -> abuse.manyNames(60, 20_000), abuse -> abuse.refused() > 10);
    }

    @Test
    void answersByRestAreRefusedWhenTheyHoldTheirShareOfTheHeap() {
        attacked(
                abuse -> {
                    abuse.unreadRest(100, 20_000, 40);
                    abuse.unreadRest(300, 900, 1_000);
                },
                abuse -> abuse.refused() > 200);
    }

    @Test
    void pagesOfClientsAreMadeOnceForAllWhoAsk() {
        attacked(
                abuse -> {
                    abuse.manyNames(2_000, 90);
                    abuse.unreadPages(300);
                },
                abuse -> abuse.answered() + abuse.refused() >= 2_300);
    }

    private static MemberProcess attacked(Consumer<XdsAbuse> attack, Predicate<XdsAbuse> isThrownBack) {
        try (AttackedMember member = AttackedMember.start()) {
            member.client().register("payments", "127.0.0.1");
            CompletableFuture<Readers.Result> reading =
                    CompletableFuture.supplyAsync(() -> Readers.during(member.door(), "payments", READING));

            try (XdsAbuse abuse = new XdsAbuse(member.door())) {
                attack.accept(abuse);
                await().atMost(PATIENCE).until(() -> isThrownBack.test(abuse));
                Readers.Result read = reading.join();
                System.out.printf(
                        "xds abuse: %d refused, %d answered; held %.0f bytes; others: %s%n",
                        abuse.refused(), abuse.answered(), member.client().metric("discovery_xds_held_bytes"), read);
                assertThat(read.failures()).isEmpty();
                if (Boolean.getBoolean("discovery.measure")) {
                    assertThat(read.percentile(1)).isLessThan(LONGEST_WAIT_MS);
                }
            }

            await().atMost(PATIENCE)
                    .until(() -> member.client().metric("discovery_xds_streams") == 0
                            && member.client().metric("discovery_xds_held_bytes") == 0
                            && member.client().metric("discovery_xds_rest_bytes") == 0
                            && member.client().metric("discovery_xds_unread_bytes") == 0);
            assertThat(member.client().hosts("payments")).containsExactly("127.0.0.1");
            assertThat(member.process().isAlive()).isTrue();
            return member.process();
        }
    }
}
