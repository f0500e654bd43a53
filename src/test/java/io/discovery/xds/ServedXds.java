package io.discovery.xds;

import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.directory.Subscriptions;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.telemetry.Meters;
import io.vertx.core.Vertx;
import java.time.Duration;

/** xDS alone, of an empty directory, with limits of its own. */
final class ServedXds implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Meters meters = new Meters();
    private final Xds xds;
    private final int port;

    /** @param room bytes of answers that may be on their way */
    ServedXds(long room, Stream.Limits limits) {
        Directory directory = new Directory(Lease.of(Duration.ofMinutes(1)), ExpiryProtection.OFF, () -> 0);
        Readiness readiness = new Readiness();
        readiness.enter(Readiness.Phase.OPEN);
        this.xds = new Xds(vertx, directory, new Subscriptions(directory, () -> 0), readiness, new Room(room), limits);
        xds.register(meters);
        this.port = vertx.createHttpServer()
                .requestHandler(xds.grpc())
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    int port() {
        return port;
    }

    long metric(String name) {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        xds.close();
        vertx.close().await();
        meters.close();
    }
}
