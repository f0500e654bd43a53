package io.discovery.watch;

import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.model.ServiceName;
import io.discovery.sse.SseKeepAlive;
import io.discovery.sse.SseResponse;
import io.discovery.sse.SseStreams;
import io.discovery.sse.SseWriter;
import io.discovery.subscription.EventLoopNotifier;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The shared state of one event loop's streams. */
final class StreamContext implements SseStreams {

    private final Directory directory;
    private final Function<Snapshot, Buffer> bodies;
    private final Totals totals;
    private final EventLoopNotifier loop;
    private final SseKeepAlive keepAlive;
    private final AllServicesView everything = new AllServicesView(this);

    /** Counters of a member: open streams, and events sent. */
    record Totals(LongAdder open, LongAdder events) {}

    StreamContext(
            Directory directory,
            Function<Snapshot, Buffer> bodies,
            Totals totals,
            EventLoopNotifier loop,
            SseKeepAlive keepAlive) {
        this.directory = directory;
        this.bodies = bodies;
        this.totals = totals;
        this.loop = loop;
        this.keepAlive = keepAlive;
        loop.onRelease(() -> {
            everything.goOn();
            keepAlive.writers().forEach(SseWriter::wake);
        });
    }

    Directory directory() {
        return directory;
    }

    EventLoopNotifier loop() {
        return loop;
    }

    @Override
    public int enter(SseWriter writer) {
        totals.open().increment();
        return keepAlive.enter(writer);
    }

    @Override
    public void leave(SseWriter writer, int turn) {
        totals.open().decrement();
        keepAlive.leave(writer, turn);
    }

    @Override
    public boolean isHeld() {
        return loop.isHeld();
    }

    AllServicesView everything() {
        return everything;
    }

    /** Returns the current snapshot of a service; null if streams may not read now, and are woken later. */
    @Nullable
    Snapshot read(ServiceName service) {
        return loop.read(service);
    }

    Buffer body(Snapshot snapshot) {
        return bodies.apply(snapshot);
    }

    /** Returns the first events of every stream. */
    SseEvents hello() {
        return new SseEvents().retry(SseResponse.retryMillis());
    }

    /** Counts events, and returns them as a buffer. */
    Buffer counted(SseEvents events) {
        totals.events().add(events.count());
        return events.toBuffer();
    }
}
