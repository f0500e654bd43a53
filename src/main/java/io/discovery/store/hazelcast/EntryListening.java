package io.discovery.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.IMap;
import com.hazelcast.map.impl.MapService;
import com.hazelcast.map.impl.proxy.MapProxyImpl;
import com.hazelcast.map.listener.MapListener;
import com.hazelcast.spi.impl.NodeEngine;
import com.hazelcast.spi.impl.eventservice.EventRegistration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The registration of a member's listener to the events of a map, complete or not at all.
 *
 * <p>Hazelcast adds a listener here first and then tells the other members. If one of them does not answer it throws,
 * but the listener stays under an id that the caller does not know: the next attempt would add a second, and each costs
 * the cluster one event a write. So this class removes the listeners that a failed attempt has left. It finds them by
 * methods outside Hazelcast's API; if the map is of another class in a later version, such a listener stays.
 *
 * <p>While a member merges into another cluster, Hazelcast adds a listener without telling anybody, and says that it has
 * told all. So a listener counts for unknown from the beginning of a merge until it is added again after it.
 *
 * <p>One thread adds and removes; all may ask.
 */
final class EntryListening {

    private final IMap<?, ?> map;
    private final MapListener listener;
    private volatile @Nullable UUID id;
    /** Stands for the time from one merge to the next; null while this member merges. */
    private volatile @Nullable Object stay = new Object();
    /** The stay in which the listener was added. */
    private volatile @Nullable Object stayOfListener;

    EntryListening(HazelcastInstance hazelcast, IMap<?, ?> map, MapListener listener) {
        this.map = map;
        this.listener = listener;
        hazelcast.getLifecycleService().addLifecycleListener(this::changed);
    }

    private void changed(LifecycleEvent event) {
        entered(event.getState());
    }

    /** Records a state of this member's life. */
    void entered(LifecycleState state) {
        if (state == LifecycleState.MERGING) {
            stay = null;
        } else if (state == LifecycleState.MERGED || state == LifecycleState.MERGE_FAILED) {
            stay = new Object();
        }
    }

    /** Returns whether all members send their events to the listener. */
    boolean isKnown() {
        Object now = stay;
        return isAdded() && now != null && now.equals(stayOfListener);
    }

    /** Returns whether the listener is added, if only here. */
    boolean isAdded() {
        return id != null;
    }

    /**
     * Adds the listener to all events of the map, with their values, unless it {@link #isKnown}. Blocks. Does nothing
     * while this member merges.
     *
     * @throws com.hazelcast.core.HazelcastException among others, if a member does not answer; then no listener is left
     *     that was not there before
     */
    void begin() {
        Object now = stay;
        if (now == null || isKnown()) {
            return;
        }
        UUID former = id;
        Set<UUID> before = added(map);
        try {
            id = map.addEntryListener(listener, true);
            stayOfListener = now;
        } catch (RuntimeException incomplete) {
            added(map).stream().filter(id -> !before.contains(id)).forEach(id -> remove(id, incomplete));
            throw incomplete;
        }
        if (former != null) {
            map.removeEntryListener(former);
        }
    }

    /**
     * Removes the listener. Blocks.
     *
     * @throws RuntimeException if a member does not answer: that one, and those that were not asked yet, go on sending
     *     events that have no receiver
     */
    void end() {
        UUID added = id;
        if (added != null) {
            id = null;
            map.removeEntryListener(added);
        }
    }

    private void remove(UUID id, RuntimeException cause) {
        try {
            map.removeEntryListener(id);
        } catch (RuntimeException silent) {
            // Here the listener is gone. A member that has not heard of it goes on sending events that have no
            // receiver.
            cause.addSuppressed(silent);
        }
    }

    /** Returns the ids of this member's listeners to the map. */
    static Set<UUID> added(IMap<?, ?> map) {
        if (!(map instanceof MapProxyImpl<?, ?> proxy)) {
            return Set.of();
        }
        NodeEngine engine = proxy.getNodeEngine();
        return engine.getEventService().getRegistrations(MapService.SERVICE_NAME, map.getName()).stream()
                .filter(entered -> engine.getThisAddress().equals(entered.getSubscriber()))
                .map(EventRegistration::getId)
                .collect(Collectors.toSet());
    }
}
