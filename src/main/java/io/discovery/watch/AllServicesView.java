package io.discovery.watch;

import io.discovery.directory.ContentVersion;
import io.discovery.directory.Snapshot;
import io.discovery.model.ServiceName;
import io.discovery.subscription.ChangeListener;
import io.discovery.subscription.Subscription;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All services as the streams of one event loop know them, kept only while there is such a stream. Its version is the
 * sum of the versions of all listed services, so members that list the same have the same version, and any difference
 * gives another. When the first stream comes, the view reads the services in turns. The view reports a change to each
 * stream before anything else is sent: a stream with nothing left to send has sent exactly what the version stands for.
 */
final class AllServicesView implements ChangeListener {

    /** Services read before other tasks of the event loop have their turn. */
    private static final int AT_ONCE = 200;

    private final StreamContext streams;
    private final TreeMap<ServiceName, ContentVersion> known = new TreeMap<>();
    private final Set<AllServicesStream> watchers = new HashSet<>();
    private ContentVersion version = ContentVersion.EMPTY;
    private @Nullable Subscription subscription;
    private boolean isComplete;
    /** The services that are still to be read; null if the view is complete, or notifications are held. */
    private @Nullable Iterator<ServiceName> unread;

    AllServicesView(StreamContext streams) {
        this.streams = streams;
    }

    void enter(AllServicesStream stream) {
        watchers.add(stream);
        if (subscription == null) {
            subscription = streams.loop().followAll(this);
            // Read after the subscription, so that no change is lost in between.
            begin();
        }
    }

    private void begin() {
        Iterator<ServiceName> names = streams.directory().names().iterator();
        unread = names;
        readSome(names);
    }

    private void readSome(Iterator<ServiceName> names) {
        if (!names.equals(unread)) {
            return;
        }
        for (int read = 0; names.hasNext(); read++) {
            if (read == AT_ONCE) {
                streams.loop().later(() -> readSome(names));
                return;
            }
            if (read(names.next()) == null) {
                unread = null;
                return;
            }
        }
        unread = null;
        isComplete = true;
        List.copyOf(watchers).forEach(AllServicesStream::free);
    }

    /** Continues after a hold of notifications. */
    void goOn() {
        if (subscription != null && !isComplete && unread == null) {
            begin();
        }
    }

    void leave(AllServicesStream stream) {
        watchers.remove(stream);
        if (watchers.isEmpty() && subscription != null) {
            subscription.close();
            subscription = null;
            known.clear();
            unread = null;
            isComplete = false;
            version = ContentVersion.EMPTY;
        }
    }

    /** Returns whether the view has all services: before that it has no version. */
    boolean isComplete() {
        return isComplete;
    }

    /** Returns the version of everything listed. */
    ContentVersion version() {
        return version;
    }

    /** Returns the first service after another by name, or null if there is none. */
    @Nullable
    ServiceName after(@Nullable ServiceName other) {
        if (other == null) {
            return known.isEmpty() ? null : known.firstKey();
        }
        return known.higherKey(other);
    }

    /**
     * Returns the current snapshot of a service, after reporting any change to all streams; null if streams may not read
     * now, and are woken later.
     */
    @Nullable
    Snapshot read(ServiceName service) {
        Snapshot now = streams.read(service);
        if (now != null) {
            changed(now);
        }
        return now;
    }

    @Override
    public void changed(Snapshot now) {
        if (subscription == null) {
            // The notifier may call once more after the last stream has left.
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
