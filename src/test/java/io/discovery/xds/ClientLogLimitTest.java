package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ClientLogLimitTest {

    private final AtomicLong nanos = new AtomicLong();
    private final ClientLogLimit log = new ClientLogLimit(nanos::get);
    private final Logger logger = (Logger) LoggerFactory.getLogger(ClientLogLimit.class);
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();

    @BeforeEach
    void listen() {
        written.start();
        logger.addAppender(written);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(written);
    }

    @Test
    void whatIsTooMuchIsLeftOutAndToldOfInTheNextPeriod() {
        for (int line = 0; line < ClientLogLimit.MOST + 7; line++) {
            log.info("client {}", line);
        }
        assertThat(lines()).hasSize(ClientLogLimit.MOST).endsWith("client " + (ClientLogLimit.MOST - 1));

        nanos.addAndGet(ClientLogLimit.PERIOD.toNanos() + 1);
        log.warn("late {}", 1);
        log.warn("late {}", 2);

        assertThat(lines().subList(ClientLogLimit.MOST, ClientLogLimit.MOST + 3))
                .containsExactly(
                        "7 lines about clients of xDS were left out: 20 are written in 10 s", "late 1", "late 2");
    }

    @Test
    void faultsThatClientsMeetAreWrittenWithTheirTraceAndNotMore() {
        for (int line = 0; line < ClientLogLimit.MOST + 7; line++) {
            log.error("the stream of {} failed", line, new IllegalStateException("a fault"));
        }

        assertThat(written.list)
                .hasSize(ClientLogLimit.MOST)
                .allMatch(line -> line.getThrowableProxy().getMessage().equals("a fault"));
    }

    private List<String> lines() {
        return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
