package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.config.BackendNames;
import io.discovery.config.Settings;
import io.discovery.testing.CapturedLog;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The time that a starting member waits for others. */
class PeerWaitTest {

    private final AtomicInteger here = new AtomicInteger(1);
    private final AtomicBoolean holdsAll = new AtomicBoolean();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

    @AutoClose
    private final CapturedLog log = CapturedLog.of(PeerWait.class);

    @Test
    void aMajorityIsWaitedForHoweverLongItTakes() {
        PeerWait wait = waitOf("refuse");
        for (int second = 0; second < 3_600; second++) {
            assertThat(wait.isOver()).isFalse();
            after(1);
        }
        assertThat(wait.reason()).isEqualTo("waiting for other members: 1 of at least 2 are here");

        here.set(2);
        assertThat(wait.isOver()).isTrue();
    }

    @Test
    void whatIsWaitedForIsSaidAfterTheWaitAndThenEveryHalfMinute() {
        PeerWait wait = waitOf("refuse");
        for (int second = 0; second < 15; second++) {
            wait.isOver();
            after(1);
        }
        assertThat(log.lines()).isEmpty();

        for (int second = 0; second < 60; second++) {
            wait.isOver();
            after(1);
        }
        assertThat(log.lines()).hasSize(2);
        assertThat(log.messages().get(0))
                .contains("1 of at least 2", "15 s", "CLUSTER_MIN_MEMBERS", "CLUSTER_MINORITY=open");
    }

    @Test
    void whoHasReadWhatAllShareWaitsNoLongerThanIsSet() {
        PeerWait wait = waitOf("refuse");
        holdsAll.set(true);

        after(14);
        assertThat(wait.isOver()).isFalse();
        after(1);
        assertThat(wait.isOver()).isTrue();
    }

    @Test
    void whoPrefersAnAnswerOpensAfterTheWaitAndSaysSoAloudOnce() {
        PeerWait wait = waitOf("open");

        after(14);
        assertThat(wait.isOver()).isFalse();
        after(1);
        assertThat(wait.isOver()).isTrue();
        assertThat(wait.isOver()).isTrue();
        assertThat(log.lines()).hasSize(1);
        assertThat(log.messages().get(0)).contains("OPENS WITH WHAT IT HAS", "CLUSTER_MINORITY=open");
    }

    private PeerWait waitOf(String minority) {
        Map<String, String> environment = Map.of(
                "BACKEND_STORAGE", "InFile", "CLUSTER_MEMBERS", "a:5701,b:5701,c:5701", "CLUSTER_MINORITY", minority);
        Settings settings = Settings.from(environment, BackendNames.of("InFile"));
        return new PeerWait(settings.cluster().join(), here::get, holdsAll::get, nanos::get);
    }

    private void after(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }
}
