package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import io.discovery.cluster.HazelcastCluster;
import io.discovery.cluster.port.MemberPort;
import io.discovery.config.BackendNames;
import io.discovery.config.Settings;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A listener that a member which stands still has not heard of. */
@Timeout(120)
class EntryListeningIT {

    private final List<Integer> ports = Ports.free(2);

    @Test
    void anAttemptThatFailsLeavesNothingBehind() {
        try (MemberProcess peer = MemberProcess.start(environment(0))) {
            HazelcastInstance member = HazelcastCluster.join(
                    Settings.from(environment(1), BackendNames.of("InMemory")),
                    config -> RegistrationMap.configure(config, LEASE),
                    "test",
                    new MemberPort(null));
            try {
                IMap<String, Registration> map = member.getMap(RegistrationMap.NAME);
                AtomicInteger heard = new AtomicInteger();
                EntryAddedListener<String, Registration> listener = event -> heard.incrementAndGet();
                EntryListening listening = new EntryListening(member, map, listener);

                peer.freeze();
                assertThatThrownBy(listening::begin).isInstanceOf(RuntimeException.class);
                assertThat(listening.isAdded()).isFalse();
                assertThat(EntryListening.added(map)).isEmpty();
                peer.thaw();

                await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                    listening.begin();
                    return listening.isKnown();
                });
                assertThat(EntryListening.added(map)).hasSize(1);
                Registration registration = registered(key("heard", 1), new Version(1, 1));
                map.set(registration.key().toString(), registration);
                await().atMost(Duration.ofSeconds(10)).until(() -> heard.get() == 1);
            } finally {
                member.getLifecycleService().terminate();
            }
        }
    }

    private Map<String, String> environment(int n) {
        Map<String, String> environment =
                new HashMap<>(Map.of("BACKEND_STORAGE", "InMemory", "CLUSTER_MIN_MEMBERS", "1"));
        environment.put("CLUSTER_MEMBERS", "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1));
        environment.put("CLUSTER_HOST", "127.0.0.1");
        environment.put("CLUSTER_PORT", Integer.toString(ports.get(n)));
        return environment;
    }
}
