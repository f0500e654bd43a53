package io.discovery.subscription;

import io.discovery.directory.Snapshot;
import io.discovery.model.ServiceName;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners on one event loop. A change only marks its service; one task reads the list, once for all listeners
 * here. So no listener sees an older list after a newer one, and of a service that changes faster than the loop
 * notifies, listeners see the last state. All public methods are confined to the event loop.
 */
public final class EventLoopNotifier {

    private static final Logger log = LoggerFactory.getLogger(EventLoopNotifier.class);

    /** Services, or listeners to one, that are notified before other tasks of the event loop have their turn. */
    private static final int AT_ONCE = 200;

    private static final long TURN_MILLIS = 1;

    /** Most services have one or a few listeners on an event loop. */
    private static final int FEW = 2;

    private final EventLoopSubscriptions following;
    private final Context context;
    private final Map<ServiceName, Topic> topics = new HashMap<>();
    private final Set<ChangeListener> ofAll = new HashSet<>();
    private final Consumer<ServiceName> onChange = this::note;
    private @Nullable Subscription all;

    // Written by all threads.
    private final Set<ServiceName> changed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isWoken = new AtomicBoolean();

    EventLoopNotifier(EventLoopSubscriptions following, Context context) {
        this.following = following;
        this.context = context;
        onRelease(this::tell);
    }

    /** The listeners to one service. */
    private record Topic(Subscription subscription, Set<ChangeListener> followers) {}

    /** Follows one service, whether or not it exists. A listener that reads the list afterwards misses no change. */
    public Subscription follow(ServiceName service, ChangeListener follower) {
        topics.computeIfAbsent(
                        service,
                        name -> new Topic(following.subscriptions().subscribe(name, onChange), new HashSet<>(FEW)))
                .followers()
                .add(follower);
        entered(follower);
        return () -> leave(service, follower);
    }

    /** Follows all services, also future ones. */
    public Subscription followAll(ChangeListener follower) {
        if (all == null) {
            all = following.subscriptions().subscribeAll(onChange);
        }
        ofAll.add(follower);
        entered(follower);
        return () -> leaveAll(follower);
    }

    /**
     * Runs a task after other tasks have had their turn. By a timer: Netty would run queued tasks, and the tasks that
     * they queue, for up to a second before it reads again.
     */
    public void later(Runnable task) {
        context.owner().setTimer(TURN_MILLIS, next -> task.run());
    }

    /** Returns whether notifications are held because the directory is being rebuilt. */
    public boolean isHeld() {
        return following.subscriptions().isHeld();
    }

    /** Returns the number of rebuilds of the directory so far, for {@link #wasRebuiltSince}. */
    public int rebuilds() {
        return following.subscriptions().rebuilds();
    }

    /**
     * Returns whether the directory is being rebuilt, or was for a moment since {@link #rebuilds} returned {@code
     * before}: then listeners must not be told what was read in between.
     */
    public boolean wasRebuiltSince(int before) {
        return following.subscriptions().wasRebuiltSince(before);
    }

    /**
     * Returns the current snapshot of a service; null if the directory is being rebuilt, or was for a moment during the
     * read. Then the tasks of {@link #onRelease} run later.
     */
    public @Nullable Snapshot read(ServiceName service) {
        int before = rebuilds();
        if (following.subscriptions().isRebuilding()) {
            return null;
        }
        Snapshot now = following.directory().service(service);
        return wasRebuiltSince(before) ? null : now;
    }

    /** Runs a task here at each release. */
    public void onRelease(Runnable task) {
        following.subscriptions().onRelease(() -> context.runOnContext(released -> task.run()));
    }

    private void entered(ChangeListener follower) {
        following.followers().increment();
        if (following.isClosed()) {
            context.runOnContext(next -> follower.end());
        }
    }

    private void leave(ServiceName service, ChangeListener follower) {
        Topic topic = topics.get(service);
        if (topic != null && topic.followers().remove(follower)) {
            following.followers().decrement();
            if (topic.followers().isEmpty()) {
                topics.remove(service);
                topic.subscription().close();
            }
        }
    }

    private void leaveAll(ChangeListener follower) {
        if (ofAll.remove(follower)) {
            following.followers().decrement();
            if (ofAll.isEmpty() && all != null) {
                all.close();
                all = null;
            }
        }
    }

    /** Marks a service; from any thread. */
    private void note(ServiceName service) {
        // Also for one that is marked already: a rebuild may have kept it from being told.
        changed.add(service);
        if (isWoken.compareAndSet(false, true)) {
            context.runOnContext(task -> tell());
        }
    }

    private void tell() {
        isWoken.set(false);
        int told = 0;
        for (Iterator<ServiceName> services = changed.iterator(); services.hasNext(); told++) {
            if (told == AT_ONCE) {
                isWoken.set(true);
                later(this::tell);
                return;
            }
            ServiceName service = services.next();
            // Before the list is read, so that a later change is marked again.
            services.remove();
            if (!tell(service, followersOf(service), 0)) {
                return;
            }
        }
    }

    private List<ChangeListener> followersOf(ServiceName service) {
        List<ChangeListener> followers = new ArrayList<>(ofAll);
        Topic topic = topics.get(service);
        if (topic != null) {
            followers.addAll(topic.followers());
        }
        return followers;
    }

    /**
     * Notifies a batch of listeners. Each batch reads the list anew: another change may have overtaken this one
     * meanwhile.
     *
     * @return false if notifications are held: the release notifies all listeners to the service
     */
    private boolean tell(ServiceName service, List<ChangeListener> followers, int from) {
        if (followers.isEmpty()) {
            return true;
        }
        int to = Math.min(followers.size(), from + AT_ONCE);
        DeliveryWatch watch = from == 0 ? following.subscriptions().watch() : null;
        // Before the list is read: the list has what the watch has seen until here.
        Runnable notified = watch == null ? null : watch.notifying(service);
        Snapshot now = read(service);
        if (now == null) {
            changed.add(service);
            return false;
        }
        for (ChangeListener follower : followers.subList(from, to)) {
            call(() -> follower.changed(now));
            if (notified != null) {
                call(notified);
                notified = null;
            }
        }
        if (to < followers.size()) {
            later(() -> tell(service, followers, to));
        }
        return true;
    }

    private static void call(Runnable follower) {
        try {
            follower.run();
        } catch (RuntimeException failed) {
            // The other listeners must be notified all the same.
            log.error("a listener to changes failed", failed);
        }
    }

    /** Ends all current listeners; from any thread. */
    void release() {
        context.runOnContext(task -> {
            List<ChangeListener> followers = new ArrayList<>(ofAll);
            topics.values().forEach(topic -> followers.addAll(topic.followers()));
            followers.forEach(follower -> call(follower::end));
        });
    }
}
