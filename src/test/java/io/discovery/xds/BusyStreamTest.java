package io.discovery.xds;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream whose services change again before a slow client has taken the last change. */
@Timeout(60)
class BusyStreamTest {

    private static final int HOSTS = 25;
    /** A response with all hosts fills the connection until the client reads it. */
    private static final String ZONE = "z".repeat(13_000);

    private static final int CHANGES = 4;

    @AutoClose
    private final ServedXds xds = new ServedXds();

    @AutoClose
    private final XdsClient client = new XdsClient();

    private final Semaphore mayRead = new Semaphore(0);

    @Test
    void aNewSubscriptionIsHeardBetweenTwoResponses() {
        for (int host = 1; host <= HOSTS; host++) {
            register(host, 1);
        }
        try (var stream = client.deltaEndpoints(xds.port())) {
            stream.afterEach(mayRead::acquireUninterruptibly);
            stream.send(subscribe("large"));
            stream.next();
            change(stream, 1);
            stream.sendLater(subscribe("new"));

            boolean isHeard = false;
            for (int change = 2; change <= CHANGES; change++) {
                change(stream, change);
                mayRead.release();
                isHeard |= names(stream.next()).contains("new");
            }
            mayRead.release(CHANGES);

            assertThat(isHeard).isTrue();
        }
    }

    /** Changes the service, and waits until the stream has gathered the change. The client reads nothing meanwhile. */
    private void change(XdsClient.Stream<?, ?> stream, int change) {
        register(1, 1 + change);
        assertThat(stream.poll(ChangeGatherer.LONGEST.toMillis(), MILLISECONDS)).isNull();
    }

    private void register(int host, int weight) {
        xds.register(
                "large",
                "127.0.0." + host,
                Map.of("az", "\"" + ZONE + host + "\"", "load_balancing_weight", Integer.toString(weight)));
    }

    private static DeltaDiscoveryRequest subscribe(String name) {
        return DeltaDiscoveryRequest.newBuilder()
                .addResourceNamesSubscribe(name)
                .build();
    }

    private static List<String> names(DeltaDiscoveryResponse answer) {
        return answer.getResourcesList().stream().map(Resource::getName).toList();
    }
}
