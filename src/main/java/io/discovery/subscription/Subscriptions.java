package io.discovery.subscription;

import io.discovery.directory.ContentVersion;
import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.model.Lease;
import io.discovery.model.ServiceName;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifier of changes to the lists of services: an added, changed or removed host, the end of a lease, or the begin or
 * end of expiry protection. A heartbeat with unchanged content is no change.
 *
 * <p>A change only marks its service. {@link #look} notifies, on one thread: many changes in a row become one
 * notification, and the thread that brings a change never waits for subscribers. A subscriber that reads the list after
 * subscribing misses no change; it may be notified of a list that it has read already, and compares versions.
 *
 * <p>Changes by time need no timer for each service: the ends of the lists' validity are sorted, and {@link #look}
 * returns when it is to be called again.
 */
public final class Subscriptions {

    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

    private final Directory directory;
    private final LongSupplier nowMicros;

    private final Map<ServiceName, Topic> topics = new ConcurrentHashMap<>();
    private final Set<Consumer<ServiceName>> ofAll = ConcurrentHashMap.newKeySet();
    private final Queue<Topic> marked = new ConcurrentLinkedQueue<>();
    private volatile Runnable onMark = () -> {};
    private final List<Runnable> onRelease = new CopyOnWriteArrayList<>();
    /** Number of rebuilds under way. */
    private final AtomicInteger holds = new AtomicInteger();
    /** Number of rebuilds so far. */
    private final AtomicInteger begunHolds = new AtomicInteger();
    /** Number of tasks under way whose changes are notified of together. */
    private final AtomicInteger gatherings = new AtomicInteger();

    private volatile BooleanSupplier doubt = () -> false;
    /** True if a doubt has kept someone from reading since the last release. */
    private volatile boolean owesRelease;

    private volatile @Nullable DeliveryWatch watch;

    // Guarded by the lock of look.
    private final TreeSet<Topic> byEnd = new TreeSet<>(
            Comparator.<Topic>comparingLong(topic -> topic.validUntil).thenComparingLong(topic -> topic.number));
    private Lease lease;
    private int protectionChanges;

    /** @param nowMicros the clock of the directory */
    public Subscriptions(Directory directory, LongSupplier nowMicros) {
        this.directory = directory;
        this.nowMicros = nowMicros;
        this.lease = directory.listingLease();
        directory.onContentChange(this::changed);
    }

    /** A service with subscribers. */
    private static final class Topic {
        private static final AtomicLong NUMBERS = new AtomicLong();

        /** Tells a new topic from a dropped one of the same service that still waits to be forgotten. */
        private final long number = NUMBERS.incrementAndGet();

        private final ServiceName service;
        /** A few, such as one for each event loop, of each of a hundred thousand topics: the smallest set. */
        private final Set<Consumer<ServiceName>> subscribers = new CopyOnWriteArraySet<>();

        private final AtomicBoolean isNew = new AtomicBoolean(true);
        private final AtomicBoolean isMarked = new AtomicBoolean();
        // Guarded by the lock of look.
        private ContentVersion version = ContentVersion.EMPTY;
        private long validUntil = Long.MAX_VALUE;

        Topic(ServiceName service) {
            this.service = service;
        }
    }

    /** Sets a task to run, on any thread, when there is something to {@link #look} at; must not block. */
    public void onMark(Runnable wake) {
        onMark = wake;
    }

    /**
     * Holds all notifications until {@link #release}, while the directory is being rebuilt. Holds nest; the last
     * release counts.
     */
    public void hold() {
        // In this order: a read that has the new number sees the hold.
        holds.incrementAndGet();
        begunHolds.incrementAndGet();
    }

    /** Holds all notifications while {@code doubt} returns true, as after {@link #hold}. */
    public void holdWhenever(BooleanSupplier doubt) {
        this.doubt = doubt;
    }

    /** Sets a watch over all deliveries. */
    public void watchDeliveries(DeliveryWatch deliveries) {
        watch = deliveries;
    }

    /** Returns the watch over all deliveries; null if there is none. */
    @Nullable
    DeliveryWatch watch() {
        return watch;
    }

    /** Returns whether notifications are held; code that reads the directory for subscribers should not do so then. */
    public boolean isHeld() {
        return gatherings.get() > 0 || isRebuilding();
    }

    /** Returns whether the directory is being rebuilt, or in doubt: what is read now may lack hosts. */
    boolean isRebuilding() {
        return holds.get() > 0 || isDoubtful();
    }

    private boolean isDoubtful() {
        boolean isDoubtful = doubt.getAsBoolean();
        if (isDoubtful) {
            // A short doubt may end without a rebuild.
            owesRelease = true;
        }
        return isDoubtful;
    }

    /** Returns the number of rebuilds so far, for {@link #wasRebuiltSince}. */
    int rebuilds() {
        return begunHolds.get();
    }

    /**
     * Returns whether the directory is being rebuilt, or was for a moment. If the process stands still in the middle of
     * a read, the read sees a directory whose leases have ended.
     *
     * @param before what {@link #rebuilds} returned before the read
     */
    boolean wasRebuiltSince(int before) {
        return isRebuilding() || begunHolds.get() != before;
    }

    /** Ends a hold: the next look notifies of all changes since {@link #hold}. */
    public void release() {
        holds.decrementAndGet();
        tellReleased();
    }

    /** Runs a task with many changes, of which subscribers are notified after the last. */
    public void together(Runnable changes) {
        gatherings.incrementAndGet();
        try {
            changes.run();
        } finally {
            gatherings.decrementAndGet();
            tellReleased();
        }
    }

    private void tellReleased() {
        if (holds.get() == 0 && gatherings.get() == 0) {
            onMark.run();
            onRelease.forEach(Runnable::run);
        }
    }

    /**
     * Calls {@code listener} after each hold, doubt or task with many changes, on the thread that ends it; it must not
     * block.
     */
    public void onRelease(Runnable listener) {
        onRelease.add(listener);
    }

    /**
     * Subscribes to one service, whether or not it exists.
     *
     * @param subscriber called on the thread of look; must not block
     */
    public Subscription subscribe(ServiceName service, Consumer<ServiceName> subscriber) {
        Topic topic = topics.compute(service, (name, before) -> {
            Topic joined = before == null ? new Topic(name) : before;
            joined.subscribers.add(subscriber);
            return joined;
        });
        markIfNew(topic);
        return () -> {
            topic.subscribers.remove(subscriber);
            dropIfUnwanted(topic);
        };
    }

    /** Subscribes to all services, also future ones. A service that loses its last host is a change too. */
    public Subscription subscribeAll(Consumer<ServiceName> subscriber) {
        ofAll.add(subscriber);
        directory.names().forEach(this::follow);
        return () -> {
            ofAll.remove(subscriber);
            if (ofAll.isEmpty()) {
                topics.values().forEach(this::dropIfUnwanted);
            }
        };
    }

    private void follow(ServiceName service) {
        markIfNew(topics.computeIfAbsent(service, Topic::new));
    }

    /** Marks a new topic, but only after it is in the map, where a concurrent look must find it. */
    private void markIfNew(Topic topic) {
        if (topic.isNew.compareAndSet(true, false)) {
            mark(topic);
        }
    }

    /**
     * Drops a topic without subscribers, and marks it so that look forgets it. While anyone follows all services, look drops
     * it if it has no hosts.
     */
    private void dropIfUnwanted(Topic topic) {
        topics.computeIfPresent(
                topic.service, (name, current) -> current.subscribers.isEmpty() && ofAll.isEmpty() ? null : current);
        if (topic.subscribers.isEmpty()) {
            mark(topic);
        }
    }

    private void changed(ServiceName service) {
        Topic topic = topics.get(service);
        DeliveryWatch deliveries = watch;
        if (deliveries != null && (topic != null || !ofAll.isEmpty())) {
            deliveries.changed(service);
        }
        if (topic != null) {
            mark(topic);
        } else if (!ofAll.isEmpty()) {
            follow(service);
        }
    }

    private void mark(Topic topic) {
        if (topic.isMarked.compareAndSet(false, true)) {
            marked.add(topic);
            onMark.run();
        }
    }

    /**
     * Notifies subscribers of all changes so far; does nothing while held.
     *
     * @return the last moment, in microseconds of the directory's clock, at which no time-driven change is due; it is
     *     right until the next mark
     */
    public synchronized long look() {
        if (isHeld()) {
            return Long.MAX_VALUE;
        }
        if (owesRelease) {
            owesRelease = false;
            onRelease.forEach(Runnable::run);
        }
        Lease listing = directory.listingLease();
        int changes = directory.protectionChanges();
        if (!listing.equals(lease) || changes != protectionChanges) {
            lease = listing;
            protectionChanges = changes;
            // Marked: clients may have read other lists since the last look.
            topics.values().forEach(topic -> update(topic, true));
            if (!ofAll.isEmpty() && lease.overtimeMicros() > 0) {
                // Protection has begun: services without a topic, because all their leases had ended, are listed again.
                directory.names().forEach(this::follow);
            }
        }
        for (Topic topic = marked.poll(); topic != null; topic = marked.poll()) {
            // Before the list is read, so that a later change marks the topic again.
            topic.isMarked.set(false);
            update(topic, true);
        }
        long now = nowMicros.getAsLong();
        while (!byEnd.isEmpty() && byEnd.first().validUntil < now) {
            update(byEnd.first(), false);
        }
        return byEnd.isEmpty() ? Long.MAX_VALUE : byEnd.first().validUntil;
    }

    /**
     * @param isMarked whether to notify even if the version is the last notified one: between the two it was another
     */
    private void update(Topic topic, boolean isMarked) {
        byEnd.remove(topic);
        if (!topic.equals(topics.get(topic.service))) {
            if (isMarked && !ofAll.isEmpty()) {
                // The service changed while its topic was being dropped.
                follow(topic.service);
            }
            return;
        }
        Snapshot snapshot = directory.service(topic.service);
        boolean isOther = !snapshot.version().equals(topic.version);
        topic.version = snapshot.version();
        topic.validUntil = snapshot.validUntilMicros();
        if (topic.validUntil != Long.MAX_VALUE) {
            byEnd.add(topic);
        }
        if (isMarked || isOther) {
            topic.subscribers.forEach(subscriber -> tell(subscriber, topic.service));
            ofAll.forEach(subscriber -> tell(subscriber, topic.service));
        }
        if (snapshot.listings().isEmpty()) {
            forgetUnlessSubscribed(topic);
        }
    }

    /**
     * Drops the topic of a service without hosts: when the service comes back, subscribers to all need no topic for it.
     */
    private void forgetUnlessSubscribed(Topic topic) {
        topics.computeIfPresent(topic.service, (name, current) -> current.subscribers.isEmpty() ? null : current);
    }

    private static void tell(Consumer<ServiceName> subscriber, ServiceName service) {
        try {
            subscriber.accept(service);
        } catch (RuntimeException failed) {
            // The other subscribers must be notified all the same.
            log.error("a subscriber of {} failed", service, failed);
        }
    }

    /** Returns the number of followed services. */
    public int size() {
        return topics.size();
    }
}
