package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.CapturedLog;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ClientLogLimitTest {

    private final AtomicLong nanos = new AtomicLong();
    private final ClientLogLimit log =
            new ClientLogLimit(LoggerFactory.getLogger(ClientLogLimitTest.class), nanos::get);

    @AutoClose
    private final CapturedLog written = CapturedLog.of(ClientLogLimitTest.class);

    @Test
    void whatIsTooMuchIsLeftOutAndToldOfInTheNextPeriod() {
        for (int line = 0; line < ClientLogLimit.MOST + 7; line++) {
            log.info("client {}", line);
        }
        assertThat(written.messages()).hasSize(ClientLogLimit.MOST).endsWith("client " + (ClientLogLimit.MOST - 1));

        nanos.addAndGet(ClientLogLimit.PERIOD.toNanos() + 1);
        log.warn("late {}", 1);
        log.warn("late {}", 2);

        assertThat(written.messages().subList(ClientLogLimit.MOST, ClientLogLimit.MOST + 3))
                .containsExactly("7 lines about clients were left out: 20 are written in 10 s", "late 1", "late 2");
    }

    @Test
    void faultsThatClientsMeetAreWrittenWithTheirTraceAndNotMore() {
        for (int line = 0; line < ClientLogLimit.MOST + 7; line++) {
            log.error("the stream of {} failed", line, new IllegalStateException("a fault"));
        }

        assertThat(written.lines())
                .hasSize(ClientLogLimit.MOST)
                .allMatch(line -> line.getThrowableProxy().getMessage().equals("a fault"));
    }
}
