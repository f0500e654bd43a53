package io.discovery.subscription;

import io.discovery.directory.Directory;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** All listeners of one kind, on all event loops. Thread-safe. */
public final class EventLoopSubscriptions {

    private final Vertx vertx;
    private final Directory directory;
    private final Subscriptions subscriptions;
    private final Map<Thread, EventLoopNotifier> loops = new ConcurrentHashMap<>();
    private final LongAdder followers = new LongAdder();
    private volatile boolean closed;

    /** @param subscriptions of the directory */
    public EventLoopSubscriptions(Vertx vertx, Directory directory, Subscriptions subscriptions) {
        this.vertx = vertx;
        this.directory = directory;
        this.subscriptions = subscriptions;
    }

    /** Returns the notifier of the calling event loop. */
    public EventLoopNotifier here() {
        // The context of a request lives no longer than the request.
        return loops.computeIfAbsent(
                Thread.currentThread(),
                eventLoop -> new EventLoopNotifier(this, ((ContextInternal) vertx.getOrCreateContext()).unwrap()));
    }

    /** Returns the number of listeners. */
    public long size() {
        return followers.sum();
    }

    /** Ends all current listeners, soon, each on its event loop. New ones may come. */
    public void release() {
        loops.values().forEach(EventLoopNotifier::release);
    }

    /** Ends all current listeners, and all future ones. */
    public void close() {
        closed = true;
        release();
    }

    boolean isClosed() {
        return closed;
    }

    Directory directory() {
        return directory;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    LongAdder followers() {
        return followers;
    }
}
