package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.discovery.registry.MissingMember;
import io.discovery.testing.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three real members, the last of which has just joined. */
class PeerLossesTest {

    private static final MissingMember FAR = new MissingMember("id-1", "10.0.0.1:5701", 7);
    private static final MissingMember FARTHER = new MissingMember("id-2", "[::1]:5701", Long.MAX_VALUE);

    private final List<HazelcastInstance> members = new ArrayList<>();

    @AfterEach
    void end() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    @Test
    void aMemberThatStartsIsToldByEachPeerWhomItMisses() {
        start();
        tells(0, List.of(FAR, FARTHER));
        tells(1, List.of(FAR));
        tells(2, List.of(new MissingMember("own", "own", 1)));

        assertTold(FAR, FARTHER, FAR);
    }

    @Test
    void aPeerThatHasYetToBeginOrFailsOrHasGoneTellsNothing() {
        start();
        new PeerLosses(members.get(0)).answer(() -> {
            throw new IllegalStateException("no answer");
        });
        assertThat(new PeerLosses(members.get(2)).ask()).isEmpty();

        tells(1, List.of(FAR));
        members.get(0).getLifecycleService().terminate();
        assertTold(FAR);
    }

    /** A peer has a second to answer, which a busy machine may not give it. */
    private void assertTold(MissingMember... missing) {
        PeerLosses asking = new PeerLosses(members.get(2));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(asking.ask()).containsExactlyInAnyOrder(missing));
    }

    private void tells(int n, List<MissingMember> missing) {
        new PeerLosses(members.get(n)).answer(() -> missing);
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
        var network = config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true);
        ports.forEach(each -> network.getJoin().getTcpIpConfig().addMember("127.0.0.1:" + each));
        PeerLosses.configure(config);
        return config;
    }
}
