package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two real members; the second asks. */
class PeerReportsTest {

    private final AtomicLong nanos = new AtomicLong();
    private final List<HazelcastInstance> members = new ArrayList<>();
    private final List<PeerReports> reports = new ArrayList<>();

    @BeforeEach
    void start() {
        members.addAll(QuickMembers.start(2));
        members.forEach(member -> reports.add(new PeerReports(member, nanos::get)));
    }

    @AfterEach
    void end() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    @Test
    void eachMemberTellsOfItself() {
        answer(0, "first");
        answer(1, "second");

        assertAsked(Map.of(id(0), "first", id(1), "second"));
        assertThat(reports.get(1).ask("another")).isEmpty();
    }

    @Test
    void aReportServesAllForASecond() {
        AtomicInteger made = new AtomicInteger();
        reports.get(1).answer("size", () -> bytes("" + made.incrementAndGet()));

        assertAsked(Map.of(id(1), "1"));
        nanos.set(TimeUnit.SECONDS.toNanos(1) - 1);
        assertAsked(Map.of(id(1), "1"));
        nanos.set(TimeUnit.SECONDS.toNanos(1));
        assertAsked(Map.of(id(1), "2"));
    }

    @Test
    void aReportThatFailsOrIsTooLongIsNone() {
        answer(1, "second");
        reports.get(0).answer("size", () -> {
            throw new IllegalStateException("no answer");
        });
        assertAsked(Map.of(id(1), "second"));

        reports.get(0).answer("size", () -> new byte[PeerReports.LONGEST + 1]);
        assertAsked(Map.of(id(1), "second"));
    }

    @Test
    void aMemberThatIsSilentIsNotAskedAgainAndKeepsNoOtherWaiting() {
        CountDownLatch silence = new CountDownLatch(1);
        AtomicInteger made = new AtomicInteger();
        answer(1, "second");
        reports.get(0).answer("size", () -> {
            made.incrementAndGet();
            awaitEnd(silence);
            return bytes("first");
        });

        assertAsked(Map.of(id(1), "second"));
        assertThat(reports.get(1).ask("size")).containsOnlyKeys(id(1));
        assertThat(made).hasValue(1);

        silence.countDown();
        assertAsked(Map.of(id(0), "first", id(1), "second"));
    }

    @Test
    void aMemberThatHasGoneIsNotThere() {
        answer(1, "second");
        members.get(0).getLifecycleService().terminate();

        assertAsked(Map.of(id(1), "second"));
    }

    private void answer(int n, String report) {
        reports.get(n).answer("size", () -> bytes(report));
    }

    private String id(int n) {
        return members.get(n).getLocalEndpoint().getUuid().toString();
    }

    /** A member has a second to answer, which a busy machine may not give it. */
    private void assertAsked(Map<String, String> told) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(texts(reports.get(1).ask("size"))).isEqualTo(told));
    }

    private static Map<String, String> texts(Map<String, byte[]> told) {
        return told.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, report -> new String(report.getValue(), StandardCharsets.UTF_8)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void awaitEnd(CountDownLatch silence) {
        try {
            silence.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
