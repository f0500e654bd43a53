package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.discovery.testing.CapturedLog;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The time that a starting member waits for the registrations that the others hold. */
class CopyWaitTest {

    private final AtomicBoolean hasAll = new AtomicBoolean();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

    @AutoClose
    private final CapturedLog log = CapturedLog.of(CopyWait.class);

    @Test
    void whoHasAllWaitsForNothing() {
        hasAll.set(true);

        assertThat(waitOf(20).isOver()).isTrue();
    }

    @Test
    void whoLacksSomethingWaitsAsLongAsIsSetAndSaysSoAloudOnce() {
        CopyWait wait = waitOf(20);
        after(100);
        assertThat(wait.isOver()).as("nobody has waited yet").isFalse();
        after(19);
        assertThat(wait.isOver()).isFalse();
        assertThat(log.lines()).isEmpty();

        after(1);
        assertThat(wait.isOver()).isTrue();
        assertThat(wait.isOver()).isTrue();
        assertThat(log.lines()).hasSize(1);
        assertThat(log.lines().get(0).getLevel()).isEqualTo(Level.ERROR);
        assertThat(log.messages().get(0)).contains("20 s", "OPENS WITHOUT IT");
    }

    @Test
    void aMemberThatStandsStillIsGivenTheTimeInWhichOthersGiveItUp() {
        CopyWait wait = waitOf(0);
        assertThat(wait.isOver()).isFalse();
        after(14);
        assertThat(wait.isOver()).isFalse();

        after(1);
        assertThat(wait.isOver()).isTrue();
    }

    @Test
    void anotherMemberThatComesIsWaitedForAnew() {
        CopyWait wait = waitOf(20);
        assertThat(wait.isOver()).isFalse();
        after(19);
        hasAll.set(true);
        assertThat(wait.isOver()).isTrue();
        hasAll.set(false);
        after(1);

        assertThat(wait.isOver()).isFalse();
    }

    private CopyWait waitOf(int joinWaitSeconds) {
        return new CopyWait(hasAll::get, Duration.ofSeconds(joinWaitSeconds), nanos::get);
    }

    private void after(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }
}
