package io.discovery.watch;

import io.discovery.directory.Snapshot;
import io.discovery.http.ResponseWriter;
import io.discovery.model.ServiceName;
import io.discovery.sse.SseWriter;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client's stream of all services. First it sends every service in order of name, and keeps only its position. A
 * service that changes after it was sent waits as a name, until the client can take it. When there is no room for more
 * names, the stream drops them and starts over.
 */
final class AllServicesStream implements SseWriter.Source {

    /** Bytes after which a write ends, if there is more to send than one event. */
    private static final int ENOUGH = 32 * 1024;
    /** Bytes of a waiting name's entry in the set; the directory holds the text. */
    private static final long NAME = 64;

    private final AllServicesView everything;
    private final StreamContext streams;
    private final SseWriter writer;
    private final Set<ServiceName> changed = new LinkedHashSet<>();
    private final @Nullable String has;
    private boolean hasBegun;
    private boolean isGettingAll;
    private boolean isStartingOver;
    private @Nullable ServiceName position;
    private boolean isDue;

    private AllServicesStream(StreamContext streams, @Nullable String has, ResponseWriter response) {
        this.has = has;
        this.streams = streams;
        this.everything = streams.everything();
        this.writer = new SseWriter(response, streams, this);
        everything.enter(this);
    }

    /**
     * Starts a stream.
     *
     * @param has the id of the last event that the client has; null if it has none
     */
    static void begin(StreamContext streams, @Nullable String has, ResponseWriter response) {
        new AllServicesStream(streams, has, response).send(streams.hello());
    }

    /** Compares what the client has with the view, once that is complete. */
    private void begin(SseEvents events) {
        hasBegun = true;
        isGettingAll = !everything.version().toString().equals(has);
        if (isGettingAll && has != null) {
            events.reset(id());
        }
    }

    /** Handles a change of a service. */
    void changed(ServiceName service) {
        boolean comesAnyway = !hasBegun || isGettingAll && (position == null || service.compareTo(position) > 0);
        if (!comesAnyway) {
            changed.add(service);
            if (!writer.keeps(changed.size() * NAME)) {
                startOver();
            }
            free();
        }
    }

    private void startOver() {
        changed.clear();
        writer.keeps(0);
        isStartingOver = true;
        isGettingAll = true;
        position = null;
    }

    /** Schedules the next write after other streams have had their turn. */
    @Override
    public void free() {
        if (!isDue && writer.isFree() && owes()) {
            isDue = true;
            streams.loop().later(this::sendMore);
        }
    }

    private void sendMore() {
        isDue = false;
        if (writer.isFree() && owes()) {
            send(new SseEvents());
        }
    }

    /**
     * Sends the given events and as many more as one write takes. If reading a service shows so many changes that the stream
     * has to start over, the next write does so.
     */
    private void send(SseEvents events) {
        if (!hasBegun && everything.isComplete()) {
            begin(events);
        }
        if (isStartingOver) {
            isStartingOver = false;
            events.reset(id());
        }
        for (ServiceName next = next(); next != null && events.length() < ENOUGH && !isStartingOver; next = next()) {
            Snapshot now = everything.read(next);
            if (now == null) {
                break;
            }
            if (!isStartingOver) {
                if (!changed.remove(next)) {
                    position = next;
                }
                events.service(now, id(), streams.body(now));
            }
        }
        writer.keeps(changed.size() * NAME);
        if (events.length() > 0) {
            writer.send(streams.counted(events));
        }
        free();
    }

    /** Returns the id of the client's state after everything sent so far. */
    private String id() {
        return next() == null ? everything.version().toString() : SseEvents.INCOMPLETE;
    }

    private boolean owes() {
        return hasBegun ? isStartingOver || next() != null : everything.isComplete();
    }

    /** Returns the next service to send, or null if the client has all. */
    private @Nullable ServiceName next() {
        if (!changed.isEmpty()) {
            return changed.iterator().next();
        }
        ServiceName next = isGettingAll ? everything.after(position) : null;
        isGettingAll &= next != null;
        return next;
    }

    @Override
    public void over() {
        everything.leave(this);
    }

    void end() {
        writer.end();
    }
}
