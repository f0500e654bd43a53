package io.discovery.connections;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a connection is doing, and how long it may. */
enum Phase {
    /** All has been said; the client is given the time to read it before the connection goes. */
    LINGERING(Duration.ofSeconds(1), null),
    /** A client that has never sent a whole head of a request is in the middle of it. */
    FIRST_HEAD(Connections.HEAD_LIMIT, CloseReason.HEAD),
    /** A client that has never sent anything. */
    SILENT(Connections.IDLE_LIMIT, CloseReason.IDLE),
    /** Between requests. */
    IDLE(Connections.IDLE_LIMIT, CloseReason.IDLE),
    /** In the middle of the head of a later request. */
    HEAD(Connections.HEAD_LIMIT, CloseReason.HEAD),
    /** Only in requests whose bodies are not whole yet, whether or not they have been answered. */
    BODY(Connections.LATEST_BODY, CloseReason.BODY),
    /** In a request that is whole, until it has been answered. */
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

    /** What is counted when it took too long; null if that is nothing to tell. */
    @Nullable
    CloseReason ending() {
        return ending;
    }

    boolean isHead() {
        return this == HEAD || this == FIRST_HEAD;
    }
}
