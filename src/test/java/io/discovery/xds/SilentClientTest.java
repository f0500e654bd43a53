package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.directory.Subscriptions;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.telemetry.Meters;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A client that says nothing may have nothing to say, or be gone without a word: a machine without power sends none. */
class SilentClientTest {

    private static final String SERVICE = "envoy.service.endpoint.v3.EndpointDiscoveryService";
    private static final Duration PULSE = Duration.ofSeconds(2);

    @Test
    void whoAnswersPingsStaysAndWhoDoesNotIsForgotten() {
        Directory directory = new Directory(Lease.of(Duration.ofMinutes(1)), ExpiryProtection.OFF, () -> 0);
        Readiness readiness = new Readiness();
        readiness.enter(Readiness.Phase.OPEN);
        Vertx vertx = Vertx.vertx();
        try (Meters meters = new Meters();
                XdsClient live = new XdsClient();
                XdsClient doomed = new XdsClient();
                Xds xds = new Xds(vertx, directory, new Subscriptions(directory, () -> 0), readiness, PULSE)) {
            xds.register(meters);
            int port = serve(vertx, xds);
            var silent = live.stream(port, SERVICE, "StreamEndpoints");
            var gone = doomed.stream(port, SERVICE, "StreamEndpoints");
            silent.send(request("payments", DiscoveryResponse.getDefaultInstance()));
            gone.send(request("payments", DiscoveryResponse.getDefaultInstance()));
            DiscoveryResponse answer = silent.next();
            gone.next();
            assertThat(streams(meters)).isEqualTo(2);

            Runnable thaw = doomed.freeze();
            await().atMost(Duration.ofSeconds(20)).until(() -> streams(meters) == 1);

            thaw.run();
            silent.send(request("orders", answer));
            assertThat(silent.next().getResourcesCount()).isEqualTo(1);
            gone.awaitEnd();
        } finally {
            vertx.close().await();
        }
    }

    private static int serve(Vertx vertx, Xds xds) {
        HttpServer server = vertx.createHttpServer().requestHandler(xds.grpc());
        return server.listen(0, "127.0.0.1").await().actualPort();
    }

    private static DiscoveryRequest request(String service, DiscoveryResponse last) {
        return DiscoveryRequest.newBuilder()
                .addResourceNames(service)
                .setVersionInfo(last.getVersionInfo())
                .setResponseNonce(last.getNonce())
                .build();
    }

    private static long streams(Meters meters) {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith("discovery_xds_streams "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }
}
