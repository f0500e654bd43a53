package io.discovery.subscription;

import io.discovery.directory.Directory;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** All followers of one kind, whatever event loop they are on. Safe for all threads. */
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

    /** Those on the event loop that calls. */
    public EventLoopNotifier here() {
        // The context of a request lives no longer than the request.
        return loops.computeIfAbsent(
                Thread.currentThread(),
                eventLoop -> new EventLoopNotifier(this, ((ContextInternal) vertx.getOrCreateContext()).unwrap()));
    }

    /** How many follow. */
    public long size() {
        return followers.sum();
    }

    /** Ends all who follow now, soon, each on its event loop. Others may come. */
    public void release() {
        loops.values().forEach(EventLoopNotifier::release);
    }

    /** Ends all who follow now, and whoever comes later. */
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
