package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.LEASE;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.discovery.testing.Ports;
import java.util.List;
import java.util.UUID;

/** Real members on 127.0.0.1, with the registry's maps: of two, about half of the keys belong to each. */
record HazelcastMembers(List<HazelcastInstance> all) implements AutoCloseable {

    HazelcastMembers {
        all = List.copyOf(all);
    }

    static HazelcastMembers start(int count) {
        String name = UUID.randomUUID().toString();
        List<Integer> ports = Ports.free(count);
        HazelcastMembers members = new HazelcastMembers(ports.stream()
                .map(port -> Hazelcast.newHazelcastInstance(config(name, port, ports)))
                .toList());
        assertThat(members.first().getCluster().getMembers()).hasSize(count);
        return members;
    }

    HazelcastInstance first() {
        return all.get(0);
    }

    HazelcastInstance second() {
        return all.get(1);
    }

    private static Config config(String name, int port, List<Integer> ports) {
        Config config = new Config().setClusterName(name);
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        var network = config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true);
        ports.forEach(each -> network.getJoin().getTcpIpConfig().addMember("127.0.0.1:" + each));
        RegistrationMap.configure(config, LEASE);
        return config;
    }

    @Override
    public void close() {
        all.forEach(member -> member.getLifecycleService().terminate());
    }
}
