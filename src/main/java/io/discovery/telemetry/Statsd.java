package io.discovery.telemetry;

import io.discovery.config.Settings;
import io.discovery.model.ServiceName;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The seed's statsd counters, one datagram each, names as the seed has them. A datagram that cannot be sent is counted
 * and forgotten; nothing waits for it.
 */
public final class Statsd {

    /** The host's name may take long to be found; meanwhile no more than this waits. */
    private static final int MOST_UNSENT = 1_000;

    private final AtomicInteger unsent = new AtomicInteger();
    private final DatagramSocket socket;
    private final Settings.Statsd settings;
    private final Counter failed;

    public Statsd(Vertx vertx, Settings.Statsd settings, Meters meters) {
        this.socket = vertx.createDatagramSocket();
        this.settings = settings;
        this.failed = meters.counter("discovery.statsd.failures");
    }

    public void registered(ServiceName service) {
        count("registration." + service + ".success");
    }

    public void registrationRefused(ServiceName service) {
        count("registration." + service + ".failure");
    }

    public void expired(ServiceName service) {
        count("service.host.sweep." + service);
    }

    private void count(String name) {
        if (settings.port() == 0) {
            return;
        }
        if (unsent.incrementAndGet() > MOST_UNSENT) {
            unsent.decrementAndGet();
            failed.increment();
            return;
        }
        // A line feed would start another counter.
        String datagram = name.replace('\n', '_') + ":1|c";
        socket.send(datagram, settings.port(), settings.host())
                .onFailure(failure -> failed.increment())
                .onComplete(done -> unsent.decrementAndGet());
    }
}
