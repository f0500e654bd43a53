package io.discovery.watch;

import io.discovery.directory.ContentVersion;
import io.discovery.directory.Snapshot;
import io.discovery.model.ServiceName;
import io.discovery.subscription.ChangeListener;
import io.discovery.subscription.Subscription;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All services as the streams of one event loop know them, kept only while there is such a stream. Its version is that of
 * everything listed: a sum, and so the same on every member that lists the same, and another when anything differs. Whenever
 * what is known here changes, each stream is told before anything else is sent: a stream that owes its client nothing has
 * sent just what the version stands for.
 */
final class AllServicesView implements ChangeListener {

    private final StreamContext streams;
    private final TreeMap<ServiceName, ContentVersion> known = new TreeMap<>();
    private final Set<AllServicesStream> watchers = new HashSet<>();
    private ContentVersion version = ContentVersion.EMPTY;
    private @Nullable Subscription subscription;

    AllServicesView(StreamContext streams) {
        this.streams = streams;
    }

    void enter(AllServicesStream stream) {
        if (subscription == null) {
            subscription = streams.loop().followAll(this);
            // Read after it follows: what changes from here on is told.
            streams.directory().names().forEach(service -> changed(streams.read(service)));
        }
        watchers.add(stream);
    }

    void leave(AllServicesStream stream) {
        watchers.remove(stream);
        if (watchers.isEmpty() && subscription != null) {
            subscription.close();
            subscription = null;
            known.clear();
            version = ContentVersion.EMPTY;
        }
    }

    /** Of all that is listed. */
    ContentVersion version() {
        return version;
    }

    /** The first service that has hosts, by name, behind another; null if there is none. */
    @Nullable
    ServiceName after(@Nullable ServiceName other) {
        if (other == null) {
            return known.isEmpty() ? null : known.firstKey();
        }
        return known.higherKey(other);
    }

    /** How the service reads now; what that changes here is known to all streams when this returns. */
    Snapshot read(ServiceName service) {
        Snapshot now = streams.read(service);
        changed(now);
        return now;
    }

    @Override
    public void changed(Snapshot now) {
        if (subscription == null) {
            // Told once more after the last stream has left.
            return;
        }
        ServiceName service = new ServiceName(now.name());
        ContentVersion before = known.getOrDefault(service, ContentVersion.EMPTY);
        if (now.version().equals(before)) {
            return;
        }
        if (now.listings().isEmpty()) {
            known.remove(service);
        } else {
            known.put(service, now.version());
        }
        version = version.minus(before).plus(now.version());
        List.copyOf(watchers).forEach(stream -> stream.changed(service));
    }

    @Override
    public void end() {
        List.copyOf(watchers).forEach(AllServicesStream::end);
    }
}
