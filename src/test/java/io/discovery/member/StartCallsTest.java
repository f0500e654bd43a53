package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.OperationTimeoutException;
import io.discovery.cluster.ClusterException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The calls of a start: some are tried again, some end it. */
class StartCallsTest {

    private final StartCalls calls = new StartCalls(Duration.ZERO);
    private final AtomicInteger attempts = new AtomicInteger();

    @AfterEach
    void forgetTheInterrupt() {
        Thread.interrupted();
    }

    @Test
    void aCallThatFailsIsMadeAgainUntilItSucceeds() {
        int answer = calls.make("it answers", () -> {
            if (attempts.incrementAndGet() < 3) {
                throw new OperationTimeoutException("a member stands still");
            }
            return 42;
        });

        assertThat(answer).isEqualTo(42);
        assertThat(attempts).hasValue(3);
    }

    @Test
    void aRefusalEndsTheStartAtOnce() {
        assertThatThrownBy(() -> calls.run("it joins", () -> {
                    attempts.incrementAndGet();
                    throw new ClusterException("other settings");
                }))
                .isInstanceOf(ClusterException.class);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void aConditionThatThrowsIsWaitedFor() {
        boolean holds = calls.await("it tells the time", () -> {
            if (attempts.incrementAndGet() < 3) {
                throw new OperationTimeoutException("a member stands still");
            }
            return true;
        });

        assertThat(holds).isTrue();
        assertThat(attempts).hasValue(3);
    }

    @Test
    void whoeverIsInterruptedTriesNoMore() {
        assertThatThrownBy(() -> calls.run("it joins", () -> {
                    attempts.incrementAndGet();
                    Thread.currentThread().interrupt();
                    throw new OperationTimeoutException("a member stands still");
                }))
                .isInstanceOf(OperationTimeoutException.class);
        assertThat(attempts).hasValue(1);
    }
}
