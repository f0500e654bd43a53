package io.discovery.store.hazelcast;

import com.hazelcast.map.IMap;
import com.hazelcast.map.impl.MapService;
import com.hazelcast.map.impl.proxy.MapProxyImpl;
import com.hazelcast.map.listener.MapListener;
import com.hazelcast.spi.impl.NodeEngine;
import com.hazelcast.spi.impl.eventservice.EventRegistration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The registration of a member's listener to the events of a map, complete or not at all.
 *
 * <p>Hazelcast adds a listener here first and then tells the other members. If one of them does not answer it throws,
 * but the listener stays under an id that the caller does not know: the next attempt would add a second, and each costs
 * the cluster one event a write. So this class removes the listeners that a failed attempt has left. It finds them by
 * methods outside Hazelcast's API; if the map is of another class in a later version, such a listener stays.
 */
final class EntryListening {

    private EntryListening() {}

    /**
     * Adds a listener to all events of the map, with their values. Blocks.
     *
     * @return the id by which the map removes the listener
     * @throws com.hazelcast.core.HazelcastException among others, if a member does not answer; then no listener is left
     */
    static UUID begin(IMap<?, ?> map, MapListener listener) {
        Set<UUID> before = entered(map);
        try {
            return map.addEntryListener(listener, true);
        } catch (RuntimeException incomplete) {
            entered(map).stream().filter(id -> !before.contains(id)).forEach(id -> end(map, id, incomplete));
            throw incomplete;
        }
    }

    private static void end(IMap<?, ?> map, UUID id, RuntimeException cause) {
        try {
            map.removeEntryListener(id);
        } catch (RuntimeException silent) {
            // Here the listener is gone. A member that has not heard of it goes on sending events that have no
            // receiver.
            cause.addSuppressed(silent);
        }
    }

    /** Returns the ids of this member's listeners to the map. */
    static Set<UUID> entered(IMap<?, ?> map) {
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
