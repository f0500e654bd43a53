package io.discovery.watch;

import io.discovery.directory.Snapshot;
import io.discovery.http.AnswerWriter;
import io.discovery.model.ServiceName;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client that watches all services. First it gets all there are, by name; of that no more is kept than how far it has
 * come. What changes that it has been sent already waits as a name, until the client can take it. When there is no room for
 * more names, they are forgotten, and it gets all there is anew.
 */
final class AllServicesStream implements SseWriter.Source {

    /** So many bytes go at once, if there is more to send than one event. */
    private static final int ENOUGH = 32 * 1024;
    /** Bytes that a name takes in the set of those that wait; the text is that of the directory. */
    private static final long NAME = 64;

    private final AllServicesView everything;
    private final StreamContext streams;
    private final SseWriter outlet;
    private final Set<ServiceName> changed = new LinkedHashSet<>();
    private boolean isGettingAll;
    private boolean isStartingOver;
    private @Nullable ServiceName come;
    private boolean isDue;

    private AllServicesStream(StreamContext streams, AnswerWriter writer) {
        this.streams = streams;
        this.everything = streams.everything();
        this.outlet = new SseWriter(writer, streams, this);
        everything.enter(this);
    }

    /** @param has the id of the last event that the client has; null if it has none */
    static void begin(StreamContext streams, @Nullable String has, AnswerWriter writer) {
        new AllServicesStream(streams, writer).begin(has);
    }

    private void begin(@Nullable String has) {
        SseEvents events = streams.hello();
        isGettingAll = !everything.version().toString().equals(has);
        if (isGettingAll && has != null) {
            events.reset(id());
        }
        send(events);
    }

    /** The service reads otherwise than it did. */
    void changed(ServiceName service) {
        boolean comesAnyway = isGettingAll && (come == null || service.compareTo(come) > 0);
        if (!comesAnyway) {
            changed.add(service);
            if (!outlet.keeps(changed.size() * NAME)) {
                startOver();
            }
            free();
        }
    }

    private void startOver() {
        changed.clear();
        outlet.keeps(0);
        isStartingOver = true;
        isGettingAll = true;
        come = null;
    }

    /** Sends what there is to send when others have had their turn. */
    @Override
    public void free() {
        if (!isDue && outlet.isFree() && owes()) {
            isDue = true;
            streams.loop().later(this::sendMore);
        }
    }

    private void sendMore() {
        isDue = false;
        if (outlet.isFree() && owes()) {
            send(new SseEvents());
        }
    }

    /** Sends these and what else there is to send, as much as goes at once. */
    private void send(SseEvents events) {
        if (isStartingOver) {
            isStartingOver = false;
            events.reset(id());
        }
        for (ServiceName next = next(); next != null && events.length() < ENOUGH; next = next()) {
            if (!changed.remove(next)) {
                come = next;
            }
            Snapshot now = everything.read(next);
            changed.remove(next);
            events.service(now, id(), streams.body(now));
        }
        outlet.keeps(changed.size() * NAME);
        outlet.send(streams.counted(events));
        free();
    }

    /** Of what the client has after all that was sent so far. */
    private String id() {
        return next() == null ? everything.version().toString() : SseEvents.INCOMPLETE;
    }

    private boolean owes() {
        return isStartingOver || next() != null;
    }

    /** The service to be sent next; null if the client has all. */
    private @Nullable ServiceName next() {
        if (!changed.isEmpty()) {
            return changed.iterator().next();
        }
        ServiceName next = isGettingAll ? everything.after(come) : null;
        isGettingAll &= next != null;
        return next;
    }

    @Override
    public void over() {
        everything.leave(this);
    }

    void end() {
        outlet.end();
    }
}
