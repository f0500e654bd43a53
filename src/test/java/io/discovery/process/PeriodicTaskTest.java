package io.discovery.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.greaterThan;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.discovery.testing.CapturedLog;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A task on a thread of its own that fails once. */
class PeriodicTaskTest {

    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @AutoClose
    private final CapturedLog log = CapturedLog.of(PeriodicTask.class);

    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void anExceptionIsLoggedAndTheTaskRunsAgain() {
        assertRunsAgainAfter(new IllegalStateException("no luck"), Level.WARN);
    }

    /** A class is missing, for example, when the jar has been replaced under a member that runs. */
    @Test
    void anErrorIsLoggedAndTheTaskRunsAgain() {
        assertRunsAgainAfter(new NoClassDefFoundError("io/discovery/Gone"), Level.ERROR);
        assertRunsAgainAfter(new AssertionError("never so"), Level.ERROR);
    }

    private void assertRunsAgainAfter(Throwable failure, Level level) {
        runs.set(0);
        String name = "fails-by-" + failure.getClass().getSimpleName();
        PeriodicTask task = PeriodicTask.every(PAUSE, name, () -> failOnce(failure));
        await().untilAtomic(runs, greaterThan(1));
        assertThat(task.stop(PATIENCE)).isTrue();

        assertThat(log.lines())
                .filteredOn(line -> line.getFormattedMessage().startsWith(name + " failed and will run again: "))
                .singleElement()
                .returns(level, ILoggingEvent::getLevel)
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .endsWith(failure.toString());
    }

    private void failOnce(Throwable failure) {
        if (runs.getAndIncrement() == 0) {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }
    }
}
