package io.discovery.store.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryExpiredListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.discovery.model.InstanceKey;
import io.discovery.registry.StoredCopies;
import io.discovery.registry.StoredCopy;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The known states of stored copies, in a map of the cluster and in the memory of each member, which follows the map's
 * events. A lost event costs its member a needless write.
 */
public final class HazelcastStoredCopies implements StoredCopies {

    static final String NAME = "stored-copies";

    private final IMap<String, StoredCopy> map;
    private final Map<String, StoredCopy> local = new ConcurrentHashMap<>();
    private final EntryListening listening;
    /** True if the map has been read since the listener was added. */
    private boolean isRead;

    /** Creates an empty memory, which stays so until {@link #follow}. */
    public HazelcastStoredCopies(HazelcastInstance hazelcast) {
        this.map = hazelcast.getMap(NAME);
        this.listening = new EntryListening(hazelcast, map, new Changes(local));
    }

    /**
     * Reads the map of the cluster, and follows its changes from now on. Blocks; confined to one thread, as {@link #look}.
     *
     * @throws RuntimeException if a member does not answer, or this one merges; calling it again is safe
     */
    public void follow() {
        look();
        if (!isRead) {
            throw new IllegalStateException("this member merges into another cluster");
        }
    }

    /**
     * Reads the map anew if this member has merged into another cluster; to be called about once a second. Blocks. The
     * map's part in the smaller half is discarded without an event: what the map lacks is forgotten here, too.
     *
     * @throws RuntimeException if a member does not answer; calling it again is safe
     */
    public void look() {
        if (listening.isKnown() && isRead) {
            return;
        }
        isRead = false;
        listening.begin();
        if (listening.isKnown()) {
            Map<String, StoredCopy> all = new HashMap<>();
            map.forEach(all::put);
            local.keySet().retainAll(all.keySet());
            local.putAll(all);
            isRead = true;
        }
    }

    /** Forgets all copies in the cluster, where no member has a shared backend any more. Blocks. */
    public static void forgetAll(HazelcastInstance hazelcast) {
        IMap<String, StoredCopy> map = hazelcast.getMap(NAME);
        if (!map.isEmpty()) {
            map.clear();
        }
    }

    @Override
    public @Nullable StoredCopy find(InstanceKey key) {
        return local.get(key.toString());
    }

    @Override
    public void put(Map<InstanceKey, StoredCopy> copies) {
        Map<String, StoredCopy> named = new HashMap<>();
        copies.forEach((key, copy) -> named.put(key.toString(), copy));
        // Own memory first: the next lookup comes before the event.
        local.putAll(named);
        map.setAll(named);
    }

    @Override
    public void forget(Collection<InstanceKey> keys) {
        keys.forEach(key -> local.remove(key.toString()));
        keys.stream()
                .map(key -> map.deleteAsync(key.toString()).toCompletableFuture())
                .toList()
                .forEach(CompletableFuture::join);
    }

    private record Changes(Map<String, StoredCopy> local)
            implements EntryAddedListener<String, StoredCopy>,
                    EntryUpdatedListener<String, StoredCopy>,
                    EntryRemovedListener<String, StoredCopy>,
                    EntryExpiredListener<String, StoredCopy> {

        @Override
        public void entryAdded(EntryEvent<String, StoredCopy> event) {
            local.put(event.getKey(), event.getValue());
        }

        @Override
        public void entryUpdated(EntryEvent<String, StoredCopy> event) {
            local.put(event.getKey(), event.getValue());
        }

        @Override
        public void entryRemoved(EntryEvent<String, StoredCopy> event) {
            local.remove(event.getKey());
        }

        @Override
        public void entryExpired(EntryEvent<String, StoredCopy> event) {
            local.remove(event.getKey());
        }
    }
}
