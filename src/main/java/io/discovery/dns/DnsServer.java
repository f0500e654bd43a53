package io.discovery.dns;

import io.discovery.config.Settings;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.model.IpAddress;
import io.discovery.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A DNS server over UDP and TCP on one event loop: a response takes microseconds. {@link #start} fails with
 * {@link CannotServeDnsException} if the port is taken.
 */
public final class DnsServer extends VerticleBase {

    /** Idle timeout of a connection since its last query (RFC 7766, 6.2.3: some seconds). */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(10);

    private static final int MOST_CONNECTIONS = 200;

    private final Settings.Dns settings;
    private final Responder responder;
    private final UdpResponder udpResponder;
    private final TcpLimits limits;
    private @Nullable UdpServer udp;
    private volatile @Nullable TcpServer tcp;

    /** The maximum number of connections, and the idle timeout of each. */
    record TcpLimits(int connections, Duration idle) {}

    /**
     * Collaborators of the server.
     *
     * @param servers the addresses at which members serve the domain: its NS records
     */
    public record Services(
            Settings.Dns settings,
            Directory directory,
            Readiness readiness,
            Supplier<List<IpAddress>> servers,
            Meters meters) {}

    public DnsServer(Services services) {
        this(services, new TcpLimits(MOST_CONNECTIONS, IDLE_LIMIT));
    }

    DnsServer(Services services, TcpLimits limits) {
        this.settings = services.settings();
        this.limits = limits;
        Zone zone = new Zone(settings.domain(), services.directory(), services.servers());
        this.responder = new Responder(zone, services.readiness());
        this.udpResponder = new UdpResponder(
                responder, new Sources(settings.allowed()), new ResponseRate(System::nanoTime, new SecureRandom()));
        register(services.meters(), zone);
    }

    private void register(Meters meters, Zone zone) {
        for (QueryOutcome outcome : QueryOutcome.values()) {
            meters.counter("discovery.dns.queries", "outcome", outcome.text(), () -> responder.count(outcome));
        }
        meters.counter("discovery.dns.truncated", responder::truncated);
        meters.counter("discovery.dns.limited", udpResponder::limited);
        meters.gauge("discovery.dns.unservable", zone::unservable);
        meters.gauge("discovery.dns.connections", () -> tcp == null ? 0 : tcp.open());
    }

    @Override
    public Future<?> start() {
        UdpServer datagrams = new UdpServer(vertx, settings, udpResponder);
        TcpServer connections = new TcpServer(vertx, settings, responder, limits);
        udp = datagrams;
        tcp = connections;
        return connections
                .listen()
                .recover(failure -> Future.failedFuture(cannotServe("TCP", failure)))
                .compose(listening -> datagrams.listen())
                .recover(failure -> Future.failedFuture(cannotServe("UDP", failure)));
    }

    /** Returns the UDP server, or null before the start; for a test that breaks its socket. */
    @Nullable
    UdpServer udp() {
        return udp;
    }

    private Throwable cannotServe(String protocol, Throwable failure) {
        return failure instanceof CannotServeDnsException
                ? failure
                : new CannotServeDnsException(settings, protocol, failure);
    }

    @Override
    public Future<?> stop() {
        return udp == null || tcp == null ? Future.succeededFuture() : Future.join(udp.close(), tcp.close());
    }
}
