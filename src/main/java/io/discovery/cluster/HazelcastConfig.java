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

/** The configuration of Hazelcast in a member. A comment gives the reason of each value that is not the default. */
final class HazelcastConfig {

    private static final int FEW_PROCESSORS = 2;
    private static final int HEARTBEAT_SECONDS = 1;
    private static final int MOST_SECONDS_WITHOUT_HEARTBEAT = 4;
    /** Time for which peers count on a silent member at least: its last heartbeat may have been due already. */
    static final Duration PATIENCE = Duration.ofSeconds(MOST_SECONDS_WITHOUT_HEARTBEAT - HEARTBEAT_SECONDS);

    private HazelcastConfig() {}

    /**
     * Builds the configuration from settings.
     *
     * @throws ClusterException if the file of CLUSTER_CONFIG is no Hazelcast configuration
     */
    static Config of(Settings.Cluster settings) {
        Config config = settings.configFile().isEmpty() ? fromSettings(settings) : fromFile(settings);
        MemberAddress.of(settings)
                .ifPresent(address -> config.getNetworkConfig()
                        .getMemberAddressProviderConfig()
                        .setEnabled(true)
                        .setImplementation(address));
        setProperties(config);
        setThreads(config, Runtime.getRuntime().availableProcessors());
        OldestMemberClock.configure(config);
        PeerLosses.configure(config);
        PeerReports.configure(config);
        AskerExchange.configure(config);
        MemberOnlyEndpoint.only(config);
        return config;
    }

    private static Config fromSettings(Settings.Cluster settings) {
        Config config = new Config();
        // Not CLUSTER_NAME: members that list each other are meant for each other. A wrong name should be refused with
        // a message (see SharedSettings), where Hazelcast would silently form a second cluster.
        config.setClusterName("discovery");
        NetworkConfig network = config.getNetworkConfig();
        network.setPortAutoIncrement(false);
        JoinConfig join = network.getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        if (settings.isStandAlone()) {
            // No member joins: a port that the system chooses and that no other machine can reach.
            network.setPort(0);
        } else {
            network.setPort(settings.port());
            join.getTcpIpConfig()
                    .setEnabled(true)
                    .setMembers(settings.members())
                    // Time in which members that start together ask each other for a master before one claims to be it.
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
            // Here the name separates clusters that find each other by chance, for example in one Kubernetes namespace.
            config.setClusterName(settings.name());
            config.getNetworkConfig().setPort(settings.port());
            MemberOnlyEndpoint.refuseOthers(config, settings.extraEndpoints(), file);
            return config;
        } catch (ClusterException refused) {
            throw refused;
        } catch (FileNotFoundException gone) {
            throw new ClusterException("CLUSTER_CONFIG: " + file + " cannot be read", gone);
        } catch (IOException | RuntimeException invalid) {
            throw new ClusterException(
                    "CLUSTER_CONFIG: " + file + " is no Hazelcast YAML file: " + invalid.getMessage(), invalid);
        }
    }

    private static void setProperties(Config config) {
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.health.monitoring.level", "OFF");
        // The program itself orders the stop: readiness, HTTP, backend, then the cluster.
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.graceful.shutdown.max.wait", "20");
        // Waiting for more members before joining costs 5 s at each start and is no safer: a missing member merges
        // later.
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.max.wait.seconds.before.join", "0");
        // Calls to the partitions of a frozen or unreachable member wait until the cluster declares it gone: default
        // 60 s. After a split has healed, the same time passes until one side has noticed that the other left it; only
        // then do they merge.
        config.setProperty("hazelcast.heartbeat.interval.seconds", Integer.toString(HEARTBEAT_SECONDS));
        config.setProperty("hazelcast.max.no.heartbeat.seconds", Integer.toString(MOST_SECONDS_WITHOUT_HEARTBEAT));
        // A call whose answer was lost with its connection ends after twice this time: default 60 s. Until then the
        // comparison of copies has no answer, and a half of the cluster that asks another whether to merge asks no
        // more.
        config.setProperty("hazelcast.operation.call.timeout.millis", "1000");
        // A member whose machine refuses connections is gone: default 100 ms, three times in a row.
        config.setProperty("hazelcast.connection.monitor.interval", "50");
        // A write without confirmation from its backup is not acknowledged.
        config.setProperty("hazelcast.operation.fail.on.indeterminate.state", "true");
        // After the loss of a member Hazelcast repeats a call soon; the default of 500 ms is half of a client's
        // patience.
        config.setProperty("hazelcast.invocation.retry.pause.millis", "50");
        // Halves that can reach each other again merge within seconds; defaults 300 and 120 s. One side may need 5 s to
        // notice that the other has left it, so little is left of the 10 s in which all members must be equal again.
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "1");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "1");
        // Hazelcast removes entries past RETENTION within seconds, at about 1 % of a core for 100,000.
        config.setProperty("hazelcast.internal.map.expiration.task.period.seconds", "5");
        config.setProperty("hazelcast.internal.map.expiration.cleanup.operation.count", "271");
        config.setProperty("hazelcast.internal.map.expiration.cleanup.percentage", "100");
        // A partition's copy moves to another member in packets of at most this many MB, not in one packet: default
        // 250.
        config.setProperty("hazelcast.partition.migration.chunks.max.migrating.data.in.mb", "16");
        // Members that come together compare their copies at the same time, and clients wait for that: default 10.
        config.setProperty("hazelcast.partition.max.parallel.migrations", "2");
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
    }

    /**
     * Sets the numbers of Hazelcast's threads. On few processors each hand-over between threads costs more than the
     * work that it hands over. By default three threads read from peers, three write to them, and two take answers in;
     * on two processors one of each carried a fifth more writes.
     */
    private static void setThreads(Config config, int processors) {
        config.setProperty("hazelcast.io.thread.count", Integer.toString(Math.max(1, Math.min(3, processors / 2))));
        config.setProperty("hazelcast.operation.response.thread.count", processors <= FEW_PROCESSORS ? "1" : "2");
    }
}
