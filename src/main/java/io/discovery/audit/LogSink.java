package io.discovery.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The member's own log as the place of the audit log. Each start of the member begins a chain. */
final class LogSink implements AuditSink {

    /** The name of the logger. LOG_LEVEL does not change its level. */
    static final String LOGGER = "audit";

    private static final Logger audit = LoggerFactory.getLogger(LOGGER);

    private final String member;
    private ChainEnd end = ChainEnd.NONE;

    LogSink(String member) {
        this.member = member;
    }

    @Override
    public Appended append(List<AuditEvent> events) {
        for (AuditEvent event : events) {
            byte[] line = AuditLine.after(end, null).write(event, member);
            audit.info("{}", new String(line, 0, line.length - 1, StandardCharsets.US_ASCII));
            end = end.after(line);
        }
        return new Appended(events.size(), null);
    }

    @Override
    public @Nullable Exception tend() {
        return null;
    }

    @Override
    public ChainEnd end() {
        return end;
    }

    @Override
    public @Nullable Exception close() {
        return null;
    }
}
