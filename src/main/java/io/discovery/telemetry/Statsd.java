package io.discovery.telemetry;

import io.discovery.config.Settings;
import io.discovery.model.ServiceName;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The seed's statsd counters, names as the seed has them, sent once a second: what was counted meanwhile, a line each, as
 * many lines as fit in a datagram. What cannot be sent is counted and forgotten; nothing waits for it. Safe for all threads.
 */
public final class Statsd {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** Fits any network's packets. */
    private static final int LONGEST_DATAGRAM = 1_400;
    /** Names that are counted at a time; of more, the counts are lost. */
    private static final int MOST_NAMES = 100_000;
    /** The host's name may take long to be found; meanwhile no more than this waits. */
    private static final int MOST_UNSENT = 1_000;

    private final AtomicInteger unsent = new AtomicInteger();
    private final DatagramSocket socket;
    private final Settings.Statsd settings;
    private final Counter failed;
    private final Map<String, Long> counts = new ConcurrentHashMap<>();

    public Statsd(Vertx vertx, Settings.Statsd settings, Meters meters) {
        this.socket = vertx.createDatagramSocket();
        this.settings = settings;
        this.failed = meters.counter("discovery.statsd.failures");
        if (settings.port() != 0) {
            vertx.setPeriodic(PERIOD.toMillis(), timer -> flush());
        }
    }

    public void registered(ServiceName service) {
        count("registration.", service, ".success");
    }

    public void registrationRefused(ServiceName service) {
        count("registration.", service, ".failure");
    }

    public void expired(ServiceName service) {
        count("service.host.sweep.", service, "");
    }

    private void count(String before, ServiceName service, String after) {
        if (settings.port() == 0) {
            return;
        }
        // Whole: a count that comes while it is sent is in this datagram or in the next.
        String name = before + service.text() + after;
        if (counts.containsKey(name) || counts.size() < MOST_NAMES) {
            counts.merge(name, 1L, Long::sum);
        } else {
            failed.increment();
        }
    }

    /** Sends what was counted since the last time. */
    public void flush() {
        Buffer datagram = Buffer.buffer(LONGEST_DATAGRAM);
        for (String name : List.copyOf(counts.keySet())) {
            Long count = counts.remove(name);
            if (count == null) {
                // Sent by another, at the end of the member.
                continue;
            }
            // A line feed would start another counter.
            byte[] line = (name.replace('\n', '_') + ":" + count + "|c").getBytes(StandardCharsets.UTF_8);
            if (datagram.length() > 0 && datagram.length() + line.length >= LONGEST_DATAGRAM) {
                send(datagram);
                datagram = Buffer.buffer(LONGEST_DATAGRAM);
            }
            datagram.appendString(datagram.length() == 0 ? "" : "\n").appendBytes(line);
        }
        if (datagram.length() > 0) {
            send(datagram);
        }
    }

    private void send(Buffer datagram) {
        if (unsent.incrementAndGet() > MOST_UNSENT) {
            unsent.decrementAndGet();
            failed.increment();
            return;
        }
        socket.send(datagram, settings.port(), settings.host())
                .onFailure(failure -> failed.increment())
                .onComplete(done -> unsent.decrementAndGet());
    }
}
