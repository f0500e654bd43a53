package io.discovery.watch;

import io.discovery.directory.ContentVersion;
import io.discovery.directory.Snapshot;
import io.discovery.http.AnswerWriter;
import io.discovery.model.ServiceName;
import io.discovery.subscription.ChangeListener;
import io.discovery.subscription.Subscription;
import org.jspecify.annotations.Nullable;

/** One client that watches one service. What it has not been sent yet is not kept, but read when it can be sent. */
final class ServiceStream implements ChangeListener, SseWriter.Source {

    private final StreamContext streams;
    private final ServiceName service;
    private final SseWriter outlet;
    private final Subscription subscription;
    private @Nullable ContentVersion sent;

    private ServiceStream(StreamContext streams, ServiceName service, AnswerWriter writer) {
        this.streams = streams;
        this.service = service;
        this.outlet = new SseWriter(writer, streams, this);
        this.subscription = streams.loop().follow(service, this);
    }

    /** @param has the id of the last event that the client has; null if it has none */
    static void begin(StreamContext streams, ServiceName service, @Nullable String has, AnswerWriter writer) {
        new ServiceStream(streams, service, writer).begin(has);
    }

    private void begin(@Nullable String has) {
        SseEvents events = streams.hello();
        // Read after it follows: what changes from here on is told.
        Snapshot now = streams.read(service);
        if (!now.version().toString().equals(has)) {
            if (has != null) {
                events.reset(SseEvents.INCOMPLETE);
            }
            events.service(now, streams.body(now));
        }
        sent = now.version();
        outlet.send(streams.counted(events));
    }

    @Override
    public void changed(Snapshot now) {
        if (outlet.isFree() && !now.version().equals(sent)) {
            sent = now.version();
            outlet.send(streams.counted(new SseEvents().service(now, streams.body(now))));
        }
    }

    @Override
    public void free() {
        changed(streams.read(service));
    }

    @Override
    public void over() {
        subscription.close();
    }

    @Override
    public void end() {
        outlet.end();
    }
}
