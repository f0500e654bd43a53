package io.discovery.config;

import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * All settings of a member, checked.
 *
 * @param hostTtl how long a lease is
 * @param debug whether a 5xx body tells its cause
 */
public record Settings(
        Http http,
        Cluster cluster,
        Backend backend,
        Statsd statsd,
        Dns dns,
        Duration hostTtl,
        ExpiryProtection expiryProtection,
        InstanceKeyMode instanceKey,
        String logLevel,
        boolean debug) {

    /** What makes an instance the same instance. */
    public enum InstanceKeyMode {
        IP,
        IP_PORT;

        /** As the environment spells it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether each batch is flushed to the disk. */
    public enum FileSync {
        ON,
        OFF
    }

    /**
     * What serving HTTP needs.
     *
     * @param port 0 for any free one
     * @param mostConnections how many clients may be connected
     * @param cacheTtl how old a body may be while nothing but check-ins changed; zero for no cache
     */
    public record Http(
            String host,
            int port,
            String applicationEnv,
            int mostConnections,
            Duration requestDeadline,
            Duration cacheTtl,
            Cidrs autoIp) {}

    /** What a member does as it starts and finds fewer members than it should. */
    public enum Minority {
        /** It refuses reads until the others are there: what it has may be old. */
        REFUSE,
        /** It answers with what it has, after a wait. */
        OPEN;

        /** As the environment spells it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What joining a cluster needs.
     *
     * @param members host:port of peers; empty if stand-alone or if {@code configFile} finds them
     * @param host own address for peers; empty to pick it
     * @param configFile empty for none
     * @param shutdownDelay how long to serve on after the order to stop
     */
    public record Cluster(
            String name,
            List<String> members,
            String host,
            int port,
            String configFile,
            int minMembers,
            Duration joinWait,
            Minority minority,
            Duration shutdownDelay) {

        public Cluster {
            members = List.copyOf(members);
        }

        public boolean isStandAlone() {
            return members.isEmpty() && configFile.isEmpty();
        }
    }

    /**
     * The durable copy.
     *
     * @param writeBehind how late a change is written
     * @param fileSync when what is written to a file survives a power failure
     * @param heartbeat how late a heartbeat that says nothing new is written to a copy that members share
     * @param refresh how often such a copy is read for what others wrote; zero for never
     * @param warmup how long reads wait for a copy that cannot be read
     */
    public record Backend(
            String storage,
            Path applicationDir,
            Duration writeBehind,
            FileSync fileSync,
            Duration heartbeat,
            Duration refresh,
            Duration warmup,
            DynamoDb dynamoDb) {}

    /**
     * The seed's table.
     *
     * @param endpoint empty for that of AWS in the region
     * @param readCapacity units of a table that is created; 0 for on demand, then {@code writeCapacity} is 0 too
     */
    public record DynamoDb(
            String table,
            Optional<URI> endpoint,
            boolean create,
            int readCapacity,
            int writeCapacity,
            int connections) {}

    /** Where the seed's counters go; port 0 sends none. */
    public record Statsd(String host, int port) {}

    /**
     * What serving DNS needs.
     *
     * @param port 0 for no DNS
     * @param domain in lower case, without a dot at the end
     */
    public record Dns(String host, int port, String domain) {

        public boolean isOn() {
            return port != 0;
        }
    }

    public Lease lease() {
        return Lease.of(hostTtl);
    }

    /** The longest lease by which a host can be listed: with overtime if expiry protection is on. */
    public Lease longestLease() {
        return expiryProtection.longest(lease());
    }

    /**
     * Reads the environment.
     *
     * @param backends what BACKEND_STORAGE may be
     * @throws InvalidSettingsException if anything is wrong, with all that is
     */
    public static Settings from(Map<String, String> environment, BackendNames backends) {
        return new SettingsReader(environment, backends).read();
    }
}
