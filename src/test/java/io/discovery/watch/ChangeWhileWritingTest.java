package io.discovery.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.connections.Connections;
import io.discovery.directory.Snapshot;
import io.discovery.memory.HeapReserve;
import io.discovery.testing.EventStream;
import io.discovery.testing.EventStream.Event;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service that changes while a client is sent all, and no room for the name of a changed service. */
@Timeout(60)
class ChangeWhileWritingTest {

    private final AtomicBoolean hasChanged = new AtomicBoolean();
    private final Connections connections = new Connections(10, 100_000_000, 0, new HeapReserve(Long.MAX_VALUE), null);

    @AutoClose
    private final ServedWatch watch = new ServedWatch(connections, this::body, () -> {});

    @Test
    void aClientThatStartsOverGetsAll() {
        for (int number = 1; number <= 3; number++) {
            watch.register("service-" + number, "127.0.0.1");
        }
        watch.subscriptions().look();
        try (EventStream stream = EventStream.open(watch.port(), "/v1/watch")) {
            List<String> seen = new ArrayList<>();
            Event event;
            do {
                event = stream.next();
                seen.add(event.type().equals("reset") ? "reset" : event.data());
            } while (event.id().equals(SseEvents.INCOMPLETE));

            assertThat(seen).endsWith("reset", "service-1 1", "service-2 2", "service-3 1");
        }
    }

    /** Renders a service. As the first is rendered, the second gets a host, of which the event loop has yet to hear. */
    private Buffer body(Snapshot service) {
        if (hasChanged.compareAndSet(false, true)) {
            watch.register("service-2", "127.0.0.2");
        }
        return Buffer.buffer(service.name() + " " + service.listings().size() + "\n");
    }
}
