package io.discovery.connections;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The phase of a connection, with its time limit. */
enum Phase {
    /** After the last response; the client has this time to read it. */
    LINGERING(Duration.ofSeconds(1), null),
    /** In the handshake of TLS. */
    HANDSHAKE(Connections.HANDSHAKE_LIMIT, CloseReason.HANDSHAKE),
    /** In the head of a client's first request. */
    FIRST_HEAD(Connections.HEAD_LIMIT, CloseReason.HEAD),
    /** Before the first byte. */
    SILENT(Connections.IDLE_LIMIT, CloseReason.IDLE),
    /** Between requests. */
    IDLE(Connections.IDLE_LIMIT, CloseReason.IDLE),
    /** In the head of a later request. */
    HEAD(Connections.HEAD_LIMIT, CloseReason.HEAD),
    /** In requests whose bodies are all incomplete, whether or not they have responses. */
    BODY(Connections.LATEST_BODY, CloseReason.BODY),
    /** In a whole request, until its response is written. */
    BUSY(null, null);

    private final @Nullable Duration limit;
    private final @Nullable CloseReason ending;

    Phase(@Nullable Duration limit, @Nullable CloseReason ending) {
        this.limit = limit;
        this.ending = ending;
    }

    boolean isOver(long nanos) {
        return limit != null && nanos > limit.toNanos();
    }

    /** Returns the reason to count after the limit, or null if there is none to count. */
    @Nullable
    CloseReason ending() {
        return ending;
    }

    boolean isHead() {
        return this == HEAD || this == FIRST_HEAD;
    }
}
