package io.discovery.watch;

import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.model.ServiceName;
import io.discovery.subscription.EventLoopNotifier;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** What the streams of one event loop have in common. */
final class StreamContext {

    /** Milliseconds after which a client comes again: not all at once when a member has ended. */
    private static final int EARLIEST_RETRY = 1_000;

    private static final int LATEST_RETRY = 3_000;

    private final Directory directory;
    private final Function<Snapshot, Buffer> bodies;
    private final Totals totals;
    private final EventLoopNotifier loop;
    private final SseKeepAlive pulse;
    private final AllServicesView everything = new AllServicesView(this);

    /** Counts of a member: streams that are open, and events that were sent. */
    record Totals(LongAdder open, LongAdder events) {}

    StreamContext(
            Directory directory,
            Function<Snapshot, Buffer> bodies,
            Totals totals,
            EventLoopNotifier loop,
            SseKeepAlive pulse) {
        this.directory = directory;
        this.bodies = bodies;
        this.totals = totals;
        this.loop = loop;
        this.pulse = pulse;
        loop.onRelease(() -> pulse.outlets().forEach(SseWriter::wake));
    }

    Directory directory() {
        return directory;
    }

    EventLoopNotifier loop() {
        return loop;
    }

    /** Answers the turn in which it has comments, by which it {@link #leave}s. */
    int enter(SseWriter outlet) {
        totals.open().increment();
        return pulse.enter(outlet);
    }

    void leave(SseWriter outlet, int turn) {
        totals.open().decrement();
        pulse.leave(outlet, turn);
    }

    AllServicesView everything() {
        return everything;
    }

    /** How the service reads now. */
    Snapshot read(ServiceName service) {
        return directory.service(service);
    }

    Buffer body(Snapshot snapshot) {
        return bodies.apply(snapshot);
    }

    /** What every stream begins with. */
    SseEvents hello() {
        return new SseEvents().retry(ThreadLocalRandom.current().nextInt(EARLIEST_RETRY, LATEST_RETRY + 1));
    }

    /** The events to be sent, which count from here on. */
    Buffer counted(SseEvents events) {
        totals.events().add(events.count());
        return events.toBuffer();
    }
}
