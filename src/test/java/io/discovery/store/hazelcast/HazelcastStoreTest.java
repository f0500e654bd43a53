package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import io.discovery.registry.RegistrationCopies;
import io.discovery.registry.RegistrationStore;
import io.discovery.registry.RegistrationStoreContract;
import io.discovery.testing.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on two real members: about half of the keys belong to the one that is not asked. */
class HazelcastStoreTest extends RegistrationStoreContract {

    private static final Fixtures.HandClock CLOCK = new Fixtures.HandClock(1);
    private static final List<HazelcastInstance> MEMBERS = new ArrayList<>();

    @BeforeAll
    static void start() {
        List<Integer> ports = Ports.free(2);
        ports.forEach(port -> MEMBERS.add(Hazelcast.newHazelcastInstance(config(port, ports))));
        assertThat(MEMBERS.get(0).getCluster().getMembers()).hasSize(2);
    }

    @AfterAll
    static void stop() {
        MEMBERS.forEach(member -> member.getLifecycleService().terminate());
    }

    private static Config config(int port, List<Integer> ports) {
        Config config = new Config().setClusterName("HazelcastStoreTest");
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        var network = config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true);
        ports.forEach(each -> network.getJoin().getTcpIpConfig().addMember("127.0.0.1:" + each));
        RegistrationMap.configure(config);
        return config;
    }

    private static HazelcastStore on(HazelcastInstance member) {
        return new HazelcastStore(member, CLOCK, LEASE);
    }

    @Override
    protected RegistrationStore store() {
        return on(MEMBERS.get(0));
    }

    @Override
    protected RegistrationCopies copies() {
        return on(MEMBERS.get(1));
    }

    @Override
    protected long nowMicros() {
        return CLOCK.nowMicros();
    }

    @Test
    void everyWriteIsHeardOfOnEveryMember() {
        Set<Registration> heard = ConcurrentHashMap.newKeySet();
        on(MEMBERS.get(1)).onWrite(heard::add);
        List<Registration> written = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            written.add(registered(key("heard", i), CLOCK.next()));
        }

        on(MEMBERS.get(0)).offer(written);

        await().atMost(Duration.ofSeconds(10)).until(() -> heard.containsAll(written));
    }

    @Test
    void backupsHoldTheFinishedValueAndItsTimeToLive() {
        List<Registration> written = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            written.add(registered(key("backed-up", i), new Version(CLOCK.nowMicros() - 100 * SECOND, 1)));
        }
        on(MEMBERS.get(0)).offer(written);
        IMap<String, Registration> map = MEMBERS.get(0).getMap(RegistrationMap.NAME);

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            long copies = MEMBERS.stream()
                    .mapToLong(member -> {
                        var stats = member.<String, Registration>getMap(RegistrationMap.NAME)
                                .getLocalMapStats();
                        return stats.getOwnedEntryCount() + stats.getBackupEntryCount();
                    })
                    .sum();
            assertThat(copies).isEqualTo(2L * map.size());
        });
        for (Registration registration : written) {
            long left =
                    map.getEntryView(registration.key().toString()).getExpirationTime() - System.currentTimeMillis();
            assertThat(TimeUnit.MILLISECONDS.toSeconds(left)).isBetween(35L, 45L);
        }
    }
}
