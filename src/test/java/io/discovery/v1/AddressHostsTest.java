package io.discovery.v1;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.http.Response;
import io.discovery.http.ResponseWorkers;
import io.discovery.memory.CacheBudget;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.IpAddress;
import io.discovery.model.Version;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class AddressHostsTest {

    private static final IpAddress CROWDED = key("any", 1).address();
    private static final IpAddress USUAL = key("any", 2).address();

    private final Readiness readiness = new Readiness();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());
    private final AddressHosts hosts;

    AddressHostsTest(Vertx vertx) {
        readiness.enter(Readiness.Phase.OPEN);
        hosts = new AddressHosts(
                directory, readiness, () -> 1_000, new ResponseWorkers(vertx, 1, CacheBudget.unlimited()).executor());
        for (int service = 0; service < 20; service++) {
            directory.merge(registered(key("service-" + service, 1), new Version(1, 1)));
        }
        directory.merge(registered(key("payments", 2), new Version(1, 1)));
    }

    @Test
    void anAddressWithMoreHostsThanThereIsRoomForIsRefusedAlone() {
        Map<IpAddress, Response> made = hosts.make(new LinkedHashSet<>(List.of(CROWDED, USUAL)));

        assertThat(made.get(CROWDED))
                .extracting(Response::status, response -> response.body().toString())
                .containsExactly(
                        503,
                        "{\"error\": \"overloaded: the hosts at 127.0.0.2 take more than 1000 bytes, for which there is no"
                                + " room now. Ask for their services\"}\n");
        assertThat(made.get(USUAL)).extracting(Response::status).isEqualTo(200);
    }
}
