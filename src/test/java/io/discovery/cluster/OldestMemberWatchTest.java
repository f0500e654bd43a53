package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import io.discovery.testing.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three real members that lose each other as in a split that ends when they give each other up. */
class OldestMemberWatchTest {

    private static final Duration SILENCE = Duration.ofSeconds(4);

    private final List<HazelcastInstance> members = new ArrayList<>();

    @AfterEach
    void end() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    @Test
    void aMemberThatTheOldestHasRemovedFindsBack() {
        start();
        ClusterServiceImpl oldest = clusterOf(0);
        ClusterServiceImpl youngest = clusterOf(2);
        OldestMemberWatch watch = new OldestMemberWatch(members.get(2));

        // Between two heartbeats, the youngest gives the oldest up, which then removes the second, and the youngest.
        youngest.suspectMember(youngest.getMember(addressOf(0)), "test", false);
        oldest.suspectMember(oldest.getMember(addressOf(1)), "test", false);
        await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> members.get(2).getCluster().getMembers().size() == 2);
        oldest.suspectMember(oldest.getMember(addressOf(2)), "test", false);
        assertThat(members.get(0).getCluster().getMembers()).hasSize(1);

        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    watch.look();
                    assertThat(members)
                            .allSatisfy(member ->
                                    assertThat(member.getCluster().getMembers()).hasSize(3));
                });
    }

    private ClusterServiceImpl clusterOf(int n) {
        return ((HazelcastInstanceProxy) members.get(n)).getOriginal().node.getClusterService();
    }

    private Address addressOf(int n) {
        return members.get(n).getCluster().getLocalMember().getAddress();
    }

    private void start() {
        String name = UUID.randomUUID().toString();
        List<Integer> ports = Ports.free(3);
        ports.forEach(port -> members.add(Hazelcast.newHazelcastInstance(config(name, ports, port))));
    }

    private static Config config(String name, List<Integer> ports, int port) {
        Config config = new Config().setClusterName(name);
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", Long.toString(SILENCE.toSeconds()));
        config.setProperty("hazelcast.operation.call.timeout.millis", "1000");
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "1");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "1");
        var network = config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true);
        ports.forEach(each -> network.getJoin().getTcpIpConfig().addMember("127.0.0.1:" + each));
        return config;
    }
}
