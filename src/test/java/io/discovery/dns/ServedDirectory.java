package io.discovery.dns;

import io.discovery.config.Cidrs;
import io.discovery.config.Settings;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome.Applied;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.discovery.telemetry.Meters;
import io.discovery.testing.Ports;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A directory that is served, with a clock that stands still, and no member around it. */
final class ServedDirectory implements AutoCloseable {

    private static final String DOMAIN = "service.discovery";
    static final Duration TTL = Duration.ofMinutes(10);
    private static final Lease LEASE = Lease.of(TTL);

    /** The Vert.x of all tests, to the end of the process: to start and end one takes longer than most tests. */
    private static final Vertx VERTX = Vertx.vertx();

    private final AtomicLong now = new AtomicLong(TimeUnit.DAYS.toMicros(20_000));
    private final Meters meters = new Meters();
    private final Readiness readiness = new Readiness();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, now::get, CacheBudget.unlimited());
    private final DnsServer server;
    private final int port;
    private String deployment = "";

    private ServedDirectory(Settings.Dns settings, DnsServer.TcpLimits limits) {
        this.port = settings.port();
        this.server = new DnsServer(
                new DnsServer.Services(
                        settings,
                        directory,
                        readiness,
                        () -> List.of(new IpAddress("127.0.0.1"), new IpAddress("::1")),
                        meters),
                limits);
    }

    static ServedDirectory start() {
        return start("127.0.0.1", new DnsServer.TcpLimits(200, Duration.ofSeconds(10)));
    }

    static ServedDirectory start(String host, DnsServer.TcpLimits limits) {
        return start(host, limits, Cidrs.NONE);
    }

    /** @param allowed the networks that may ask; empty for all */
    static ServedDirectory start(String host, DnsServer.TcpLimits limits, Cidrs allowed) {
        ServedDirectory served = deployed(host, limits, allowed);
        served.readiness.enter(Readiness.Phase.OPEN);
        return served;
    }

    /** Serves the directory of a member that is not open for reads yet. */
    static ServedDirectory warming() {
        ServedDirectory served =
                deployed("127.0.0.1", new DnsServer.TcpLimits(200, Duration.ofSeconds(10)), Cidrs.NONE);
        served.readiness.enter(Readiness.Phase.WARMING);
        return served;
    }

    private static ServedDirectory deployed(String host, DnsServer.TcpLimits limits, Cidrs allowed) {
        int port = Ports.free(1).get(0);
        ServedDirectory served = new ServedDirectory(new Settings.Dns(host, port, DOMAIN, allowed), limits);
        served.deployment = VERTX.deployVerticle(served.server).await();
        return served;
    }

    DnsClient client() {
        return new DnsClient("127.0.0.1", port);
    }

    int port() {
        return port;
    }

    DnsServer server() {
        return server;
    }

    Readiness readiness() {
        return readiness;
    }

    Directory directory() {
        return directory;
    }

    void pass(Duration time) {
        now.addAndGet(TimeUnit.NANOSECONDS.toMicros(time.toNanos()));
    }

    void register(String service, String address) {
        register(service, address, 8080, "{}");
    }

    /** @param weight as the tag's JSON; "{}" is none that counts */
    void register(String service, String address, int port, String weight) {
        InstanceKey key = new InstanceKey(new ServiceName(service), new IpAddress(address), port);
        Change change = new Change.Register(
                key,
                new Version(now.incrementAndGet(), 1),
                port,
                "r",
                "",
                Map.of("load_balancing_weight", weight),
                LEASE);
        directory.merge(applied(change));
    }

    void deregister(String service, String address) {
        InstanceKey key = new InstanceKey(new ServiceName(service), new IpAddress(address), 8080);
        Registration known = directory.find(key);
        if (known == null) {
            throw new AssertionError(key + " is not known");
        }
        directory.merge(known.deregistered());
    }

    private static Registration applied(Change change) {
        return ((Applied) change.applyTo(null)).registration();
    }

    /** The value of a meter, with its label if it has one. */
    double metric(String series) {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no meter " + series));
    }

    @Override
    public void close() {
        VERTX.undeploy(deployment).await();
        meters.close();
    }
}
