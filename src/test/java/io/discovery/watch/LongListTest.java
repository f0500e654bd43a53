package io.discovery.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Snapshot;
import io.discovery.testing.Bystander;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that comes to watch all services of a large registry is sent all there is. */
@Timeout(30)
class LongListTest {

    private static final int SERVICES = 2_000;
    private static final String BODY = "x".repeat(10_000);

    /** The number of services that were sent when another client was answered. */
    private final CompletableFuture<Integer> heardAfter = new CompletableFuture<>();

    private final Bystander other = new Bystander();
    private int sent;

    @AutoClose
    private final ServedWatch watch =
            new ServedWatch(ServedWatch.connections(), this::body, () -> heardAfter.complete(sent));

    /** Another client asks on the same event loop while the first is sent. */
    @Test
    void othersHaveTheirTurnInBetween() throws Exception {
        for (int number = 1; number <= SERVICES; number++) {
            watch.register("service-" + number, "127.0.0.1");
        }
        try (other) {
            other.connect(watch.port());

            try (Socket watcher = new Socket(InetAddress.getLoopbackAddress(), watch.port())) {
                watcher.getOutputStream()
                        .write("GET /v1/watch HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                watcher.getInputStream().skipNBytes((long) SERVICES * BODY.length());
            }

            assertThat(heardAfter.get(10, TimeUnit.SECONDS)).isLessThan(SERVICES / 10);
        }
    }

    private Buffer body(Snapshot service) {
        sent++;
        if (sent == 1) {
            other.ask("/other");
        }
        return Buffer.buffer(service.name() + BODY);
    }
}
