package io.discovery.connections;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a connection is doing, and how long it may. */
enum Phase {
    /** All has been said; the client is given the time to read it before the connection goes. */
    LINGERING(Duration.ofSeconds(1), null),
    /** A client that has never sent a whole head of a request is in the middle of it. */
    FIRST_HEAD(Connections.HEAD_LIMIT, Ending.HEAD),
    /** A client that has never sent anything. */
    SILENT(Connections.IDLE_LIMIT, Ending.IDLE),
    /** Between requests. */
    IDLE(Connections.IDLE_LIMIT, Ending.IDLE),
    /** In the middle of the head of a later request. */
    HEAD(Connections.HEAD_LIMIT, Ending.HEAD),
    /** Only in requests whose bodies are not whole yet, whether or not they have been answered. */
    BODY(Connections.LATEST_BODY, Ending.BODY),
    /** In a request that is whole, until it has been answered. */
    BUSY(null, null);

    private final @Nullable Duration limit;
    private final @Nullable Ending ending;

    Phase(@Nullable Duration limit, @Nullable Ending ending) {
        this.limit = limit;
        this.ending = ending;
    }

    boolean isOver(long nanos) {
        return limit != null && nanos > limit.toNanos();
    }

    /** What is counted when it took too long; null if that is nothing to tell. */
    @Nullable
    Ending ending() {
        return ending;
    }

    boolean isHead() {
        return this == HEAD || this == FIRST_HEAD;
    }
}
