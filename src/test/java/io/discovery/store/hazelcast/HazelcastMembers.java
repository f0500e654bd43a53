package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.LEASE;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import io.discovery.testing.Ports;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/** Real members on 127.0.0.1, with the registry's maps: of two, about half of the keys belong to each. */
record HazelcastMembers(List<HazelcastInstance> all) implements AutoCloseable {

    HazelcastMembers {
        all = List.copyOf(all);
    }

    static HazelcastMembers start(int count) {
        return start(Collections.nCopies(count, RegistrationMap.serializers()));
    }

    /** Starts members that miss each other as soon as members of the program do, and merge as soon. */
    static HazelcastMembers startQuick(int count) {
        return start(
                Collections.nCopies(count, RegistrationMap.serializers()),
                Map.of(
                        "hazelcast.heartbeat.interval.seconds", "1",
                        "hazelcast.max.no.heartbeat.seconds", "4",
                        "hazelcast.operation.call.timeout.millis", "1000",
                        "hazelcast.merge.first.run.delay.seconds", "1",
                        "hazelcast.merge.next.run.delay.seconds", "1"));
    }

    /** One member with each of these lists of serializers. */
    static HazelcastMembers start(List<List<CompactSerializer<?>>> serializers) {
        return start(serializers, Map.of());
    }

    private static HazelcastMembers start(
            List<List<CompactSerializer<?>>> serializers, Map<String, String> properties) {
        String name = UUID.randomUUID().toString();
        List<Integer> ports = Ports.free(serializers.size());
        List<HazelcastInstance> started = new ArrayList<>();
        for (int n = 0; n < serializers.size(); n++) {
            Config config = config(name, ports.get(n), ports, serializers.get(n));
            properties.forEach(config::setProperty);
            started.add(Hazelcast.newHazelcastInstance(config));
        }
        HazelcastMembers members = new HazelcastMembers(started);
        assertThat(members.first().getCluster().getMembers()).hasSize(serializers.size());
        return members;
    }

    HazelcastInstance first() {
        return all.get(0);
    }

    HazelcastInstance second() {
        return all.get(1);
    }

    /**
     * Lets the oldest member remove another, which has to merge then.
     *
     * @return opens when it has merged
     */
    CountDownLatch part(HazelcastInstance other) {
        CountDownLatch merged = new CountDownLatch(1);
        other.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleState.MERGED) {
                merged.countDown();
            }
        });
        ClusterServiceImpl cluster = clusterOf(first());
        cluster.suspectMember(cluster.getMember(clusterOf(other).getThisAddress()), "test", false);
        return merged;
    }

    private static ClusterServiceImpl clusterOf(HazelcastInstance member) {
        return ((HazelcastInstanceProxy) member).getOriginal().node.getClusterService();
    }

    private static Config config(String name, int port, List<Integer> ports, List<CompactSerializer<?>> serializers) {
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
        RegistrationMap.configure(config, LEASE, serializers);
        return config;
    }

    @Override
    public void close() {
        all.forEach(member -> member.getLifecycleService().terminate());
    }
}
