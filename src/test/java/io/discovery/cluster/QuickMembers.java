package io.discovery.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.discovery.testing.Ports;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Hazelcast members in this process that miss each other as soon as members of the program do, and merge as soon. */
final class QuickMembers {

    private QuickMembers() {}

    /** A member that has its place in a cluster. */
    interface Member {
        /** Starts it; the caller terminates it. */
        HazelcastInstance start();
    }

    /** Starts members of a cluster, one after the other; the caller terminates them. */
    static List<HazelcastInstance> start(int count) {
        return prepare(count).stream().map(Member::start).toList();
    }

    /** Returns the members of a cluster, none of which is started. */
    static List<Member> prepare(int count) {
        return prepare(count, Hazelcast::newHazelcastInstance);
    }

    /** Does the same for members that start otherwise than Hazelcast's own. */
    static List<Member> prepare(int count, Function<Config, HazelcastInstance> start) {
        String name = UUID.randomUUID().toString();
        List<Integer> ports = Ports.free(count);
        return ports.stream()
                .<Member>map(port -> () -> start.apply(config(name, ports, port)))
                .toList();
    }

    private static Config config(String name, List<Integer> ports, int port) {
        Config config = new Config().setClusterName(name);
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", "4");
        config.setProperty("hazelcast.operation.call.timeout.millis", "1000");
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "1");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "1");
        var network = config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true);
        PeerLosses.configure(config);
        PeerReports.configure(config);
        ports.forEach(each -> network.getJoin().getTcpIpConfig().addMember("127.0.0.1:" + each));
        return config;
    }
}
