package io.discovery.watch;

import io.discovery.directory.ContentVersion;
import io.discovery.directory.Snapshot;
import io.discovery.http.ResponseWriter;
import io.discovery.model.ServiceName;
import io.discovery.sse.SseWriter;
import io.discovery.subscription.ChangeListener;
import io.discovery.subscription.Subscription;
import org.jspecify.annotations.Nullable;

/** A client's stream of one service. It keeps no unsent changes, but reads the directory when it can send. */
final class ServiceStream implements ChangeListener, SseWriter.Source {

    private final StreamContext streams;
    private final ServiceName service;
    private final @Nullable String has;
    private final SseWriter writer;
    private final Subscription subscription;
    private @Nullable ContentVersion sent;

    private ServiceStream(StreamContext streams, ServiceName service, @Nullable String has, ResponseWriter response) {
        this.streams = streams;
        this.service = service;
        this.has = has;
        this.writer = new SseWriter(response, streams, this);
        this.subscription = streams.loop().follow(service, this);
    }

    /**
     * Starts a stream.
     *
     * @param has the id of the last event that the client has; null if it has none
     */
    static void begin(StreamContext streams, ServiceName service, @Nullable String has, ResponseWriter response) {
        new ServiceStream(streams, service, has, response).begin();
    }

    private void begin() {
        SseEvents events = streams.hello();
        // Read after the subscription, so that no change is lost in between.
        Snapshot now = streams.read(service);
        if (now != null) {
            add(events, now);
        }
        writer.send(streams.counted(events));
    }

    @Override
    public void changed(Snapshot now) {
        if (writer.isFree() && !now.version().equals(sent)) {
            SseEvents events = new SseEvents();
            add(events, now);
            if (events.length() > 0) {
                writer.send(streams.counted(events));
            }
        }
    }

    /** Adds the state of the service, unless it is the one with which the client came. */
    private void add(SseEvents events, Snapshot now) {
        boolean isFirst = sent == null;
        sent = now.version();
        if (isFirst && now.version().toString().equals(has)) {
            return;
        }
        if (isFirst && has != null) {
            events.reset(SseEvents.INCOMPLETE);
        }
        events.service(now, streams.body(now));
    }

    @Override
    public void free() {
        Snapshot now = streams.read(service);
        if (now != null) {
            changed(now);
        }
    }

    @Override
    public void over() {
        subscription.close();
    }

    @Override
    public void end() {
        writer.end();
    }
}
