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
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services that change while a client is sent all, and no room for the name of a changed service. */
@Timeout(60)
class ChangeWhileWritingTest {

    private final AtomicReference<String> changesNext = new AtomicReference<>();
    private final Connections connections = new Connections(10, 100_000_000, 0, new HeapReserve(Long.MAX_VALUE), null);

    @AutoClose
    private final ServedWatch watch = new ServedWatch(connections, this::body, () -> {});

    @BeforeEach
    void registerThree() {
        for (int number = 1; number <= 3; number++) {
            watch.register("service-" + number, "127.0.0.1");
        }
        watch.subscriptions().look();
    }

    @Test
    void aServiceThatChangesBeforeItsTurnComesOnce() {
        changesNext.set("service-2");

        assertThat(seenUntil("service-3 1")).containsExactly("service-1 1", "service-2 2", "service-3 1");
    }

    @Test
    void aClientThatStartsOverGetsAll() {
        changesNext.set("service-1");

        assertThat(seenUntil("reset", "service-3 1"))
                .containsExactly(
                        "service-1 1",
                        "service-2 1",
                        "service-3 1",
                        "reset",
                        "service-1 2",
                        "service-2 1",
                        "service-3 1");
    }

    /** Returns what a client is sent until it has received all of these, in this order. */
    private List<String> seenUntil(String... last) {
        try (EventStream stream = EventStream.open(watch.port(), "/v1/watch")) {
            List<String> seen = new ArrayList<>();
            for (String awaited : last) {
                do {
                    Event event = stream.next();
                    seen.add(event.type().equals("reset") ? "reset" : event.data());
                } while (!seen.get(seen.size() - 1).equals(awaited));
            }
            return seen;
        }
    }

    /** Renders a service. As the first is rendered, a service gets a host, of which the event loop has yet to hear. */
    private Buffer body(Snapshot service) {
        String changed = changesNext.getAndSet(null);
        if (changed != null) {
            watch.register(changed, "127.0.0.2");
            watch.subscriptions().look();
        }
        return Buffer.buffer(service.name() + " " + service.listings().size() + "\n");
    }
}
