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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells subscribers that the list of a service reads otherwise than before: because a host was added, changed or removed,
 * because a lease ended, or because expiry protection began or ended. A heartbeat that says nothing new tells nobody.
 *
 * <p>A change only marks its service. {@link #look} does the telling, on one thread: so many changes in a row are told once,
 * and who brings a change never waits for who hears of it. Who subscribes and then reads the list misses nothing; a
 * subscriber may be told of what it has read already, and compares versions.
 *
 * <p>What time changes is found without a timer for each service: the moments until which the lists hold stand in order,
 * and {@link #look} says when it wants to be called again.
 */
public final class Subscriptions {

    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

    private final Directory directory;
    private final LongSupplier nowMicros;

    private final Map<ServiceName, Topic> topics = new ConcurrentHashMap<>();
    private final Set<Consumer<Snapshot>> ofAll = ConcurrentHashMap.newKeySet();
    private final Queue<Topic> marked = new ConcurrentLinkedQueue<>();
    private volatile Runnable onMark = () -> {};
    private final List<Runnable> onRelease = new CopyOnWriteArrayList<>();
    /** Of those who put something together. */
    private final AtomicInteger holds = new AtomicInteger();

    private volatile BooleanSupplier doubt = () -> false;

    // Of whoever looks.
    private final TreeSet<Topic> byEnd = new TreeSet<>(
            Comparator.<Topic>comparingLong(topic -> topic.validUntil).thenComparingLong(topic -> topic.number));
    private Lease lease;

    /** @param nowMicros the clock of the directory */
    public Subscriptions(Directory directory, LongSupplier nowMicros) {
        this.directory = directory;
        this.nowMicros = nowMicros;
        this.lease = directory.listingLease();
        directory.onContentChange(this::changed);
    }

    /** A service that somebody wants to hear of. */
    private static final class Topic {
        private static final AtomicLong NUMBERS = new AtomicLong();

        /** One that was dropped may still be waiting to be forgotten beside the new one of the same service. */
        private final long number = NUMBERS.incrementAndGet();

        private final ServiceName service;
        private final Set<Consumer<Snapshot>> subscribers = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean isNew = new AtomicBoolean(true);
        private final AtomicBoolean isMarked = new AtomicBoolean();
        // Of whoever looks.
        private ContentVersion version = ContentVersion.EMPTY;
        private long validUntil = Long.MAX_VALUE;

        Topic(ServiceName service) {
            this.service = service;
        }
    }

    /** What is to be run, on any thread, when there is something to {@link #look} at; must not block. */
    public void onMark(Runnable wake) {
        onMark = wake;
    }

    /**
     * Tells nobody anything from now on, until {@link #release}: what the directory has is being put together. Several may
     * do so at a time; then the last release counts.
     */
    public void hold() {
        holds.incrementAndGet();
    }

    /**
     * Tells nobody anything while {@code doubt} holds, as after {@link #hold}. Who waits meanwhile hears of what comes after a
     * {@link #release} that follows.
     */
    public void holdWhenever(BooleanSupplier doubt) {
        this.doubt = doubt;
    }

    /** Whether nobody is told anything; whoever reads the directory for those it tells should not either. */
    public boolean isHeld() {
        return holds.get() > 0 || doubt.getAsBoolean();
    }

    /** Has all told, as soon as somebody looks, of what has changed since {@link #hold}. */
    public void release() {
        if (holds.decrementAndGet() == 0) {
            onMark.run();
            onRelease.forEach(Runnable::run);
        }
    }

    /** Calls {@code listener} at each {@link #release}, on the thread of that; it must not block. */
    public void onRelease(Runnable listener) {
        onRelease.add(listener);
    }

    /**
     * Subscribes to one service, whether or not anybody knows it.
     *
     * @param subscriber called on the thread that looks, with the list as it is then; must not block
     */
    public Subscription subscribe(ServiceName service, Consumer<Snapshot> subscriber) {
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

    /** Subscribes to all services, also those that are to come. A service without hosts is told with an empty list. */
    public Subscription subscribeAll(Consumer<Snapshot> subscriber) {
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

    /** Not while it is put among the others: who looks at once would not find it there. */
    private void markIfNew(Topic topic) {
        if (topic.isNew.compareAndSet(true, false)) {
            mark(topic);
        }
    }

    /** One that goes is marked, to be forgotten by who looks. */
    private void dropIfUnwanted(Topic topic) {
        topics.computeIfPresent(
                topic.service, (name, current) -> current.subscribers.isEmpty() && ofAll.isEmpty() ? null : current);
        if (!topic.equals(topics.get(topic.service))) {
            mark(topic);
        }
    }

    private void changed(ServiceName service) {
        Topic topic = topics.get(service);
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
     * Tells whoever is to be told by now; nobody while it is held.
     *
     * @return the last moment, in microseconds of the directory's clock, at which no time-driven change is due; it is
     *     right until the next mark
     */
    public synchronized long look() {
        if (isHeld()) {
            return Long.MAX_VALUE;
        }
        Lease listing = directory.listingLease();
        if (!listing.equals(lease)) {
            lease = listing;
            topics.values().forEach(topic -> update(topic, false));
        }
        for (Topic topic = marked.poll(); topic != null; topic = marked.poll()) {
            // Before the list is read: what changes from here on marks it again.
            topic.isMarked.set(false);
            update(topic, true);
        }
        long now = nowMicros.getAsLong();
        while (!byEnd.isEmpty() && byEnd.first().validUntil < now) {
            update(byEnd.first(), false);
        }
        return byEnd.isEmpty() ? Long.MAX_VALUE : byEnd.first().validUntil;
    }

    /** @param isMarked whether it is told even if its version is the one told last: between the two it was another */
    private void update(Topic topic, boolean isMarked) {
        byEnd.remove(topic);
        if (!topic.equals(topics.get(topic.service))) {
            if (isMarked && !ofAll.isEmpty()) {
                // It changed in the moment in which it was forgotten.
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
            topic.subscribers.forEach(subscriber -> tell(subscriber, snapshot));
            ofAll.forEach(subscriber -> tell(subscriber, snapshot));
        }
        if (snapshot.listings().isEmpty()) {
            forgetUnlessSubscribed(topic);
        }
    }

    /** A service that has gone is followed again when it comes back: followers of all need no topic for it. */
    private void forgetUnlessSubscribed(Topic topic) {
        topics.computeIfPresent(topic.service, (name, current) -> current.subscribers.isEmpty() ? null : current);
    }

    private static void tell(Consumer<Snapshot> subscriber, Snapshot snapshot) {
        try {
            subscriber.accept(snapshot);
        } catch (RuntimeException failed) {
            // The others are to hear of it all the same.
            log.error("a subscriber of {} failed", snapshot.name(), failed);
        }
    }

    /** How many services are followed. */
    public int size() {
        return topics.size();
    }
}
