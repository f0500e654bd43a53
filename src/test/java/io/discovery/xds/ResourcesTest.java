package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.auth.Grants;
import io.discovery.auth.ServicePatterns;
import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome.Applied;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The names of all resources, as far as there are hosts and the client may read them. */
class ResourcesTest {

    private static final Lease LEASE = Lease.of(Duration.ofMinutes(1));
    private static final ClientNode ENVOY = new ClientNode("edge", "", "envoy");

    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> 1, CacheBudget.unlimited());
    private final Resources all = new Resources(directory, new Endpoints());

    @Test
    void aServiceWithoutHostsIsNotAmongAll() {
        register("there");
        register("gone");
        apply(new Change.Deregister(key("gone"), new Version(2, 1), LEASE));

        assertThat(all.all(ResourceType.CLUSTER, ENVOY)).containsExactly("there");
    }

    @Test
    void aServiceThatTheClientMayNotReadIsNotAmongAll() {
        register("mine");
        register("secret");
        Grants grants = new Grants(ServicePatterns.of(List.of("mine")), ServicePatterns.NONE, false);

        assertThat(all.readableWith(grants).all(ResourceType.CLUSTER, ENVOY)).containsExactly("mine");
        assertThat(all.all(ResourceType.CLUSTER, ENVOY)).containsExactlyInAnyOrder("mine", "secret");
    }

    private void register(String service) {
        apply(new Change.Register(key(service), new Version(1, 1), 8080, "r1", "", Map.of(), LEASE));
    }

    private void apply(Change change) {
        directory.merge(((Applied) change.applyTo(directory.find(change.key()))).registration());
    }

    private static InstanceKey key(String service) {
        return InstanceKey.of(new ServiceName(service), new IpAddress("127.0.0.1"));
    }
}
