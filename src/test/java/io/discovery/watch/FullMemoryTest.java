package io.discovery.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.connections.Connections;
import io.discovery.directory.Snapshot;
import io.discovery.memory.HeapReserve;
import io.discovery.testing.EventStream;
import io.discovery.testing.EventStream.Event;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that watches all, and lets more names of changed services wait than there is memory for. */
@Timeout(60)
class FullMemoryTest {

    private static final int SERVICES = 20;
    private static final int READ = 8;
    /** The room for three names. */
    private static final long ROOM = 3 * 64;

    private static final String LARGE = "x".repeat(1_000_000);

    private final Connections connections =
            new Connections(10, 100_000_000, ROOM, new HeapReserve(Long.MAX_VALUE), null);

    @AutoClose
    private final ServedWatch watch = new ServedWatch(connections, FullMemoryTest::body, () -> {});

    @Test
    void theNamesAreForgottenAndItGetsAllThereIsAnew() {
        for (int number = 0; number < SERVICES; number++) {
            register(number, "127.0.0.1");
        }
        try (EventStream stream = EventStream.open(watch.port(), "/v1/watch")) {
            for (int number = 0; number < READ; number++) {
                assertThat(stream.next().type()).isEqualTo("service");
            }
            watch.subscriptions().look();
            for (int number = 0; number < READ; number++) {
                register(number, "127.0.0.2");
            }
            watch.subscriptions().look();

            Event event = stream.next();
            while (!event.type().equals("reset")) {
                event = stream.next();
            }
            Map<String, String> seen = new TreeMap<>();
            while (event.id().equals(SseEvents.INCOMPLETE)) {
                event = stream.next();
                String name = event.data().substring(0, event.data().indexOf(' '));
                seen.put(name, event.data().substring(0, event.data().indexOf('x')));
            }

            assertThat(seen).hasSize(SERVICES);
            assertThat(seen.values().stream().filter(data -> data.endsWith(" 2 ")))
                    .hasSize(READ);
            assertThat(connections.waitingBytes()).isZero();
        }
        await().until(() -> connections.waitingRequests() == 0);
    }

    private static Buffer body(Snapshot service) {
        return Buffer.buffer(service.name() + " " + service.listings().size() + " " + LARGE + "\n");
    }

    private void register(int number, String address) {
        watch.register("service-" + (10 + number), address);
    }
}
