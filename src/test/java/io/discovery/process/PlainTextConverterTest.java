package io.discovery.process;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PlainTextConverterTest {

    private static final String FORGED =
            "x\n2026-01-01T00:00:00.000Z ERROR [main] Member: all is lost\r\u001b[31m\u0085";

    @Test
    void whatAClientSentBeginsNoLineAndMovesNoCursor() {
        assertThat(PlainTextConverter.plain("a request to " + FORGED + " failed\n"))
                .isEqualTo("a request to x\n\t2026-01-01T00:00:00.000Z ERROR [main] Member: all is lost"
                        + "\\u000d\\u001b[31m\\u0085 failed\n");
    }

    @Test
    void whatIsIndentedStaysAsItIs() {
        assertThat(PlainTextConverter.plain("started\n    port    8080\n\tat Member\n"))
                .isEqualTo("started\n    port    8080\n\tat Member\n");
    }

    /** By the file that members read. */
    @Test
    void theLogIsWrittenThroughIt() throws JoranException {
        LoggerContext context = new LoggerContext();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(PlainTextConverterTest.class.getResource("/logback.xml"));
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        LoggingEvent event =
                new LoggingEvent("test", root, Level.WARN, "refused: {}", new Failed(FORGED), new Object[] {FORGED});

        byte[] line = ((OutputStreamAppender<ILoggingEvent>) root.getAppender("STDOUT"))
                .getEncoder()
                .encode(event);
        context.stop();

        String log = new String(line, StandardCharsets.UTF_8);
        assertThat(log)
                .contains("refused: x\n\t2026")
                .contains("Failed: x\n\t2026")
                .endsWith("\n");
        assertThat(log.lines().filter(text -> !text.startsWith("\t"))).hasSize(1);
        assertThat(log.split("Failed: ", -1)).as("told once").hasSize(2);
    }

    private static final class Failed extends RuntimeException {
        Failed(String message) {
            super(message);
        }
    }
}
