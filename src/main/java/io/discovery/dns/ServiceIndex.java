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
 * Finds services by their names as DNS sees them. Whoever brings the directory an instance that is new, or takes one away,
 * has the index look at its service, so that a name is found from the moment at which the directory lists it. Readers wait
 * for nobody.
 */
final class ServiceIndex {

    private final Directory directory;
    private final int longest;
    private final NavigableMap<String, CaseVariants> byKey = new ConcurrentSkipListMap<>();
    private final Set<ServiceName> unservable = new HashSet<>();

    /** @param longest how long a name may be, so that it fits into a query with the domain */
    ServiceIndex(Directory directory, int longest) {
        this.directory = directory;
        this.longest = longest;
        directory.onComingOrGoing(this::look);
        directory.names().forEach(this::look);
    }

    /**
     * Makes the index right for one service. What two threads bring about at once may be told in another order than it
     * happened: so it counts what the directory has now, and who tells last looks last.
     */
    private synchronized void look(ServiceName service) {
        boolean isThere = directory.names().contains(service);
        Optional<Labels> labels = labels(service);
        if (labels.isPresent()) {
            byKey.compute(
                    labels.get().key(),
                    (key, before) -> isThere ? with(before, service) : before == null ? null : before.without(service));
        } else if (isThere) {
            unservable.add(service);
        } else {
            unservable.remove(service);
        }
    }

    private static CaseVariants with(@Nullable CaseVariants before, ServiceName service) {
        return before == null ? CaseVariants.of(service) : before.with(service);
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

    /** Whether there are services below a name, which is then a name too (RFC 8020). */
    boolean hasBelow(Labels labels) {
        String prefix = labels.keyOfNamesBelow();
        String next = byKey.ceilingKey(prefix);
        return next != null && next.startsWith(prefix);
    }

    /** How many services there are that DNS cannot name. */
    synchronized int unservable() {
        return unservable.size();
    }
}
