package io.discovery.process;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.discovery.json.JsonText;
import io.discovery.json.UtcTime;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A logback encoder that writes each event as one line of JSON, in ASCII: whatever a client has put into a name or a message
 * neither ends the line nor moves a cursor. src/docs/operations.md has the fields.
 */
final class JsonLogEncoder extends EncoderBase<ILoggingEvent> {

    /** The property of the logger context with the name of the member. */
    static final String MEMBER = "member";
    /** The object of the logger context that returns the fields of a trace. */
    static final String TRACE = "trace";

    private static final byte[] NOTHING = {};

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("time", UtcTime.of(event.getInstant()));
        fields.put("level", event.getLevel().toString());
        fields.put("logger", event.getLoggerName());
        fields.put("thread", event.getThreadName());
        String member = getContext().getProperty(MEMBER);
        if (member != null) {
            fields.put(MEMBER, member);
        }
        // The thread that logs is the one that encodes: no appender has a thread of its own.
        if (getContext().getObject(TRACE) instanceof Supplier<?> trace && trace.get() instanceof Map<?, ?> ids) {
            ids.forEach((name, id) -> fields.put(name.toString(), id));
        }
        fields.put("message", event.getFormattedMessage());
        IThrowableProxy failure = event.getThrowableProxy();
        if (failure != null) {
            fields.put("error", error(failure));
        }
        return (JsonText.write(fields) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static Map<String, Object> error(IThrowableProxy failure) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("type", failure.getClassName());
        error.put("message", failure.getMessage());
        error.put("stack", ThrowableProxyUtil.asString(failure));
        return error;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
