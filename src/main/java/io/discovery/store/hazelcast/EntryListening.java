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
 * How a member comes to listen to the events of a map: wholly or not at all.
 *
 * <p>Hazelcast enters a listener here first and then tells the other members. If one of them does not answer it throws, and
 * the listener stays entered under an id that nobody was told: the next attempt would add a second, and each costs the
 * cluster an event a write. So what a failed attempt has left is taken out again. To find it takes what is not part of
 * Hazelcast's API; should the map one day be something else, it stays.
 */
final class EntryListening {

    private EntryListening() {}

    /**
     * Listens to all events of the map, with their values. Blocks.
     *
     * @return by what the map takes the listener out again
     * @throws com.hazelcast.core.HazelcastException among others, if a member does not answer; then nothing listens
     */
    static UUID begin(IMap<?, ?> map, MapListener listener) {
        Set<UUID> before = entered(map);
        try {
            return map.addEntryListener(listener, true);
        } catch (RuntimeException inPart) {
            entered(map).stream().filter(id -> !before.contains(id)).forEach(id -> end(map, id, inPart));
            throw inPart;
        }
    }

    private static void end(IMap<?, ?> map, UUID id, RuntimeException cause) {
        try {
            map.removeEntryListener(id);
        } catch (RuntimeException silent) {
            // Here it is gone. A member that has not heard of it goes on sending what nobody takes.
            cause.addSuppressed(silent);
        }
    }

    /** The ids of this member's listeners to the map. */
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
