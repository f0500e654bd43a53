package io.discovery.store.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryExpiredListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.registry.StoredCopies;
import io.discovery.registry.StoredCopy;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the stored copies, in a map of the cluster and in the memory of each member, which follows the map's
 * events. An event that is lost costs its member a needless write; {@link #reload} ends even that.
 */
public final class HazelcastStoredCopies implements StoredCopies {

    static final String NAME = "stored-copies";

    private final IMap<String, StoredCopy> map;
    private final Map<String, StoredCopy> here = new ConcurrentHashMap<>();
    private final long ttlSeconds;

    /** Blocks while it reads what the cluster knows. */
    public HazelcastStoredCopies(HazelcastInstance hazelcast, Lease lease) {
        this.map = hazelcast.getMap(NAME);
        this.ttlSeconds = TimeUnit.MICROSECONDS.toSeconds(lease.retentionMicros());
        map.addEntryListener(new Changes(here), true);
        reload();
    }

    /** Reads anew what the cluster knows: after halves have merged, no event tells what this one's map took over. Blocks. */
    public void reload() {
        map.forEach(here::put);
    }

    @Override
    public @Nullable StoredCopy find(InstanceKey key) {
        return here.get(key.toString());
    }

    @Override
    public void put(Map<InstanceKey, StoredCopy> copies) {
        // Here first: the next question comes before the event.
        copies.forEach((key, copy) -> here.put(key.toString(), copy));
        join(copies.entrySet().stream()
                .map(entry -> map.setAsync(entry.getKey().toString(), entry.getValue(), ttlSeconds, TimeUnit.SECONDS)));
    }

    @Override
    public void forget(Collection<InstanceKey> keys) {
        keys.forEach(key -> here.remove(key.toString()));
        join(keys.stream().map(key -> map.deleteAsync(key.toString())));
    }

    private static void join(Stream<? extends CompletionStage<?>> stages) {
        stages.map(CompletionStage::toCompletableFuture).toList().forEach(CompletableFuture::join);
    }

    private record Changes(Map<String, StoredCopy> here)
            implements EntryAddedListener<String, StoredCopy>,
                    EntryUpdatedListener<String, StoredCopy>,
                    EntryMergedListener<String, StoredCopy>,
                    EntryRemovedListener<String, StoredCopy>,
                    EntryExpiredListener<String, StoredCopy> {

        @Override
        public void entryAdded(EntryEvent<String, StoredCopy> event) {
            here.put(event.getKey(), event.getValue());
        }

        @Override
        public void entryUpdated(EntryEvent<String, StoredCopy> event) {
            here.put(event.getKey(), event.getValue());
        }

        @Override
        public void entryMerged(EntryEvent<String, StoredCopy> event) {
            here.put(event.getKey(), event.getValue());
        }

        @Override
        public void entryRemoved(EntryEvent<String, StoredCopy> event) {
            here.remove(event.getKey());
        }

        @Override
        public void entryExpired(EntryEvent<String, StoredCopy> event) {
            here.remove(event.getKey());
        }
    }
}
