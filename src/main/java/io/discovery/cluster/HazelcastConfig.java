package io.discovery.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.FileSystemYamlConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import io.discovery.config.Settings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Hazelcast as a member runs it. Each value that is not its default says why. */
final class HazelcastConfig {

    private static final int FEW_PROCESSORS = 2;
    private static final int HEARTBEAT_SECONDS = 1;
    private static final int MOST_SECONDS_WITHOUT_HEARTBEAT = 4;
    /** Peers count on a member that gives no sign for so long at least: its last heartbeat may have been due. */
    static final Duration PATIENCE = Duration.ofSeconds(MOST_SECONDS_WITHOUT_HEARTBEAT - HEARTBEAT_SECONDS);

    private HazelcastConfig() {}

    /** @throws ClusterException if the file of CLUSTER_CONFIG is no Hazelcast configuration */
    static Config of(Settings.Cluster settings) {
        Config config = settings.configFile().isEmpty() ? fromSettings(settings) : fromFile(settings);
        MemberAddress.of(settings)
                .ifPresent(address -> config.getNetworkConfig()
                        .getMemberAddressProviderConfig()
                        .setEnabled(true)
                        .setImplementation(address));
        timing(config);
        threads(config, Runtime.getRuntime().availableProcessors());
        OldestMemberClock.configure(config);
        MemberOnlyEndpoint.only(config);
        return config;
    }

    private static Config fromSettings(Settings.Cluster settings) {
        Config config = new Config();
        // Not CLUSTER_NAME: members that list each other are meant for each other, and a wrong name is to be refused
        // aloud (see SharedSettings) where Hazelcast would form a second cluster in silence.
        config.setClusterName("discovery");
        NetworkConfig network = config.getNetworkConfig();
        network.setPortAutoIncrement(false);
        JoinConfig join = network.getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        if (settings.isStandAlone()) {
            // Nobody is to join: a port of the system's choice that no other machine can reach.
            network.setPort(0);
        } else {
            network.setPort(settings.port());
            join.getTcpIpConfig()
                    .setEnabled(true)
                    .setMembers(settings.members())
                    // For so long members that start together ask each other for a master before one claims to be it.
                    .setConnectionTimeoutSeconds(1);
        }
        return config;
    }

    private static Config fromFile(Settings.Cluster settings) {
        Path file = Path.of(settings.configFile());
        try {
            if (Files.size(file) == 0) {
                throw new ClusterException("CLUSTER_CONFIG: " + file + " is empty, expected a Hazelcast YAML file");
            }
            Config config = new FileSystemYamlConfig(file.toFile());
            // Here the name keeps clusters apart that find each other by chance, in one Kubernetes namespace say.
            config.setClusterName(settings.name());
            config.getNetworkConfig().setPort(settings.port());
            return config;
        } catch (FileNotFoundException gone) {
            throw new ClusterException("CLUSTER_CONFIG: " + file + " cannot be read", gone);
        } catch (IOException | RuntimeException invalid) {
            throw new ClusterException(
                    "CLUSTER_CONFIG: " + file + " is no Hazelcast YAML file: " + invalid.getMessage(), invalid);
        }
    }

    private static void timing(Config config) {
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.health.monitoring.level", "OFF");
        // The order of the stop is ours: readiness, HTTP, backend, then the cluster.
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.graceful.shutdown.max.wait", "20");
        // Waiting for more members before joining costs 5 s at each start and is no safer: who is missing merges later.
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.max.wait.seconds.before.join", "0");
        // A frozen or cut off member holds up the calls to its partitions until it is declared gone: default 60 s. The
        // same time passes, once healed, until one side has noticed that the other left it, and only then they merge.
        config.setProperty("hazelcast.heartbeat.interval.seconds", Integer.toString(HEARTBEAT_SECONDS));
        config.setProperty("hazelcast.max.no.heartbeat.seconds", Integer.toString(MOST_SECONDS_WITHOUT_HEARTBEAT));
        // A call whose answer was lost with its connection ends after twice this: default 60 s. Until then the
        // comparison
        // of copies hears nothing, and a half of the cluster that asks another whether to merge asks no more.
        config.setProperty("hazelcast.operation.call.timeout.millis", "1000");
        // A member whose machine refuses connections is gone: default 100 ms, three times in a row.
        config.setProperty("hazelcast.connection.monitor.interval", "50");
        // A write that its backup did not confirm is not acknowledged.
        config.setProperty("hazelcast.operation.fail.on.indeterminate.state", "true");
        // After the loss of a member a call is tried again soon; the default of 500 ms is half a client's patience.
        config.setProperty("hazelcast.invocation.retry.pause.millis", "50");
        // Halves that can see each other again merge within seconds; defaults 300 and 120 s. One side may need 5 s to
        // notice that the other has left it, so little is left of the 10 s in which all are to be equal again.
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "1");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "1");
        // Entries past RETENTION go within seconds, at about 1 % of a core for 100,000.
        config.setProperty("hazelcast.internal.map.expiration.task.period.seconds", "5");
        config.setProperty("hazelcast.internal.map.expiration.cleanup.operation.count", "271");
        config.setProperty("hazelcast.internal.map.expiration.cleanup.percentage", "100");
        // A partition's copy goes to another member in packets of so many MB at most, and not in one: default 250.
        config.setProperty("hazelcast.partition.migration.chunks.max.migrating.data.in.mb", "16");
        // Members that come together compare their copies at the same time, and clients wait for that: default 10.
        config.setProperty("hazelcast.partition.max.parallel.migrations", "2");
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
    }

    /**
     * On few processors each hand-over between threads costs more than what it hands over. By default there are three
     * threads that read from peers and three that write to them, and two that take answers in; on two processors one of
     * each carried a fifth more writes.
     */
    private static void threads(Config config, int processors) {
        config.setProperty("hazelcast.io.thread.count", Integer.toString(Math.max(1, Math.min(3, processors / 2))));
        config.setProperty("hazelcast.operation.response.thread.count", processors <= FEW_PROCESSORS ? "1" : "2");
    }
}
