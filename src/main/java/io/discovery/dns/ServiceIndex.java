package io.discovery.dns;

import io.discovery.directory.Directory;
import io.discovery.model.ServiceName;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * An index of services by DNS name. The thread that adds a new instance to the directory, or removes one, updates the
 * index for its service, so DNS finds a name from the moment at which the directory lists it. Readers do not block.
 */
final class ServiceIndex {

    private final Directory directory;
    private final int longest;
    private final NavigableMap<String, CaseVariants> byKey = new ConcurrentSkipListMap<>();
    private final Set<ServiceName> unservable = new HashSet<>();
    /** Services beyond the spellings of a name that DNS serves. */
    private int unserved;

    /** @param longest maximum length of a service's name, so that it fits into a query with the domain */
    ServiceIndex(Directory directory, int longest) {
        this.directory = directory;
        this.longest = longest;
        directory.onComingOrGoing(this::look);
        directory.names().forEach(this::look);
    }

    /**
     * Updates the index for one service. Two concurrent changes may be reported in another order than they happened, so
     * this method reads the directory's current state: the last report sees the last state.
     */
    private synchronized void look(ServiceName service) {
        boolean isThere = directory.names().contains(service);
        Optional<Labels> labels = labels(service);
        if (labels.isPresent()) {
            look(labels.get().key(), service, isThere);
        } else if (isThere) {
            unservable.add(service);
        } else {
            unservable.remove(service);
        }
    }

    private void look(String key, ServiceName service, boolean isThere) {
        CaseVariants spellings = byKey.get(key);
        if (spellings == null) {
            if (isThere) {
                byKey.put(key, new CaseVariants(service));
            }
        } else if (!isThere && spellings.isOnly(service)) {
            byKey.remove(key);
        } else {
            unserved -= spellings.unserved();
            if (isThere) {
                spellings.add(service);
            } else {
                spellings.remove(service);
            }
            unserved += spellings.unserved();
        }
    }

    private Optional<Labels> labels(ServiceName service) {
        return service.text().length() > longest
                ? Optional.empty()
                : Labels.of(service.text()).filter(labels -> !Zone.isReserved(labels));
    }

    @Nullable
    CaseVariants find(Labels labels) {
        return byKey.get(labels.key());
    }

    /** Returns whether there are services below a name, which then exists too (RFC 8020). */
    boolean hasBelow(Labels labels) {
        String prefix = labels.keyOfNamesBelow();
        String next = byKey.ceilingKey(prefix);
        return next != null && next.startsWith(prefix);
    }

    /** Returns the number of services that DNS cannot name. */
    synchronized int unservable() {
        return unservable.size() + unserved;
    }
}
