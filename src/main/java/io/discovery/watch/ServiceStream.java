package io.discovery.watch;

import io.discovery.directory.ContentVersion;
import io.discovery.directory.Snapshot;
import io.discovery.subscription.Subscription;
import io.discovery.subscription.ChangeListener;
import io.discovery.http.AnswerWriter;
import io.discovery.model.ServiceName;
import org.jspecify.annotations.Nullable;

/** One client that watches one service. What it has not been sent yet is not kept, but read when it can be sent. */
final class ServiceStream implements ChangeListener, Outlet.Source {

    private final Streams streams;
    private final ServiceName service;
    private final Outlet outlet;
    private final Subscription subscription;
    private @Nullable ContentVersion sent;

    private ServiceStream(Streams streams, ServiceName service, AnswerWriter writer) {
        this.streams = streams;
        this.service = service;
        this.outlet = new Outlet(writer, streams, this);
        this.subscription = streams.loop().follow(service, this);
    }

    /** @param has the id of the last event that the client has; null if it has none */
    static void begin(Streams streams, ServiceName service, @Nullable String has, AnswerWriter writer) {
        new ServiceStream(streams, service, writer).begin(has);
    }

    private void begin(@Nullable String has) {
        Events events = streams.hello();
        // Read after it follows: what changes from here on is told.
        Snapshot now = streams.read(service);
        if (!now.version().toString().equals(has)) {
            if (has != null) {
                events.reset(Events.INCOMPLETE);
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
            outlet.send(streams.counted(new Events().service(now, streams.body(now))));
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
