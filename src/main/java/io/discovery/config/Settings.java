package io.discovery.config;

import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.model.RedactedUrl;
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
 * @param jwt empty if clients cannot show tokens
 * @param tracing empty if the member does not trace
 * @param tracingOff the setting by which a member with a collector does not trace; empty if it does, or has none
 * @param debug whether a 5xx body tells its cause
 */
public record Settings(
        Registry registry,
        Http http,
        Optional<Jwt> jwt,
        Cluster cluster,
        Backend backend,
        Statsd statsd,
        Optional<Tracing> tracing,
        Optional<Setting> tracingOff,
        Dns dns,
        Audit audit,
        History history,
        String logLevel,
        String logFormat,
        boolean debug) {

    /** The identity of an instance. */
    public enum InstanceKeyMode {
        IP,
        IP_PORT;

        /** Returns the spelling in the environment. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Modes of flushing each batch to the disk. */
    public enum FileSync {
        ON,
        OFF
    }

    /**
     * Settings of the registry's rules.
     *
     * @param hostTtl duration of a lease
     * @param mostHosts maximum number of listed hosts; 0 for no maximum
     * @param mostServices maximum number of services with a listed host; 0 for no maximum
     * @param requestDeadline maximum time for a change to take effect
     */
    public record Registry(
            Duration hostTtl,
            ExpiryProtection expiryProtection,
            InstanceKeyMode instanceKey,
            int mostHosts,
            int mostServices,
            Duration requestDeadline) {}

    /**
     * Settings for HTTP.
     *
     * @param port 0 for any free one
     * @param mostConnections maximum number of connected clients
     * @param tls empty if clients speak plain HTTP
     * @param auth empty if all clients may do all
     * @param cacheTtl maximum age of a body while only check-ins changed; zero for no cache
     * @param trustedProxies empty if any peer may be a proxy
     */
    public record Http(
            String host,
            int port,
            Optional<HttpTls> tls,
            Optional<Auth> auth,
            String applicationEnv,
            int mostConnections,
            Duration cacheTtl,
            Cidrs autoIp,
            Cidrs trustedProxies,
            Console console) {}

    /** Presence of the console for browsers. */
    public enum Console {
        ON,
        OFF
    }

    /** Grants of clients that show no proof. */
    public enum Anonymous {
        NONE,
        /** Reading, of all services. */
        READ,
        /** Reading and writing, of all services. */
        WRITE;

        /** Returns the spelling in the environment. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Settings for identities of clients. */
    public record Auth(Path file, Anonymous anonymous) {}

    /** Certificates that a member with TLS asks of clients. */
    public enum ClientCertificates {
        /** No certificate. */
        OFF,
        /** A certificate, if they have one. */
        REQUEST,
        /** A certificate. */
        REQUIRE
    }

    /**
     * Settings for TLS of clients.
     *
     * @param certificate a PEM file, as the others are
     * @param clientAuthorities empty if clients are not asked for a certificate
     * @param plainHost address at which the member serves plain HTTP
     * @param plainPort its port; 0 for none
     */
    public record HttpTls(
            Path certificate,
            Path key,
            Optional<Path> clientAuthorities,
            ClientCertificates clients,
            String plainHost,
            int plainPort) {}

    /** The place of the public keys of an issuer of tokens. */
    public sealed interface JsonWebKeyPlace {

        /** A file. */
        record KeyFile(Path file) implements JsonWebKeyPlace {}

        /**
         * An address.
         *
         * @param address https, or http of this machine
         * @param authorities a PEM file of those that an https address is checked by; empty for those of Java
         */
        record KeyAddress(URI address, Optional<Path> authorities) implements JsonWebKeyPlace {}
    }

    /**
     * Settings for tokens of clients (JWT).
     *
     * @param issuer the {@code iss} of each token
     * @param audience one that {@code aud} of each token must contain
     */
    public record Jwt(String issuer, JsonWebKeyPlace keys, String audience) {}

    /** Behaviour of a member that starts and finds fewer members than it should. */
    public enum Minority {
        /** The member refuses reads until the others are there: its data may be old. */
        REFUSE,
        /** The member serves the data that it has, after a wait. */
        OPEN;

        /** Returns the spelling in the environment. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Modes of TLS between members. */
    public enum ClusterTlsMode {
        OFF,
        /** Connections with TLS and without are taken, for as long as a cluster changes over. */
        ACCEPT,
        ON;

        /** Returns the spelling in the environment. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The proof by which members know each other. */
    public sealed interface MemberProof {

        /** No proof: any program that speaks as a member is one. */
        record None() implements MemberProof {}

        /**
         * A certificate of an authority.
         *
         * @param certificate a PEM file, as the other two are
         * @param name the name that the certificate of each member carries
         */
        record Certificate(Path certificate, Path key, Path authorities, String name) implements MemberProof {}

        /** A secret that all members share, in a file. */
        record Secret(Path file) implements MemberProof {}
    }

    /**
     * Settings for TLS between members.
     *
     * @param proof none if the mode is OFF, and only then
     */
    public record ClusterTls(ClusterTlsMode mode, MemberProof proof) {

        /** The settings of a member that speaks no TLS. */
        public static final ClusterTls NONE = new ClusterTls(ClusterTlsMode.OFF, new MemberProof.None());

        public boolean isOn() {
            return mode != ClusterTlsMode.OFF;
        }
    }

    /**
     * Settings for joining a cluster.
     *
     * @param members host:port of peers; empty if stand-alone or if {@code configFile} finds them
     * @param host own address for peers; empty to pick it
     * @param configFile empty for none
     * @param extraEndpoints endpoints of that file, beside the members', that may listen
     * @param shutdownDelay time between the order to stop and the end of serving
     */
    public record Cluster(
            String name,
            List<String> members,
            String host,
            int port,
            String configFile,
            List<String> extraEndpoints,
            ClusterTls tls,
            Join join,
            Duration shutdownDelay) {

        public Cluster {
            members = List.copyOf(members);
            extraEndpoints = List.copyOf(extraEndpoints);
        }

        public boolean isStandAlone() {
            return members.isEmpty() && configFile.isEmpty();
        }
    }

    /**
     * Settings of a start that waits for other members.
     *
     * @param minMembers number of members without which reads wait
     * @param longestWait maximum time of the wait for those that may come
     * @param minority whether a member opens with fewer
     */
    public record Join(int minMembers, Duration longestWait, Minority minority) {}

    /**
     * Settings of the durable copy.
     *
     * @param writeBehind maximum delay of writing a change
     * @param fileSync whether each batch written to a file survives a power failure
     * @param heartbeat maximum delay of writing a heartbeat with unchanged content to a copy that members share
     * @param refresh interval of reading such a copy for what others wrote; zero for never
     * @param warmup maximum time for which reads wait for a copy that cannot be read
     */
    public record Backend(
            String storage,
            Optional<String> before,
            Path applicationDir,
            Duration writeBehind,
            FileSync fileSync,
            Duration heartbeat,
            Duration refresh,
            Duration warmup,
            DynamoDb dynamoDb) {}

    /**
     * Settings of the seed's table.
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

    /**
     * Settings of traces.
     *
     * @param endpoint the collector's address, with the path for traces
     * @param headers for the collector, in their form in the environment; a secret
     * @param attributes of this member, in their form in the environment
     * @param sampler the name of a sampler of OpenTelemetry
     * @param ratio share of the requests that a sampler by ratio takes, 0 to 1
     */
    public record Tracing(
            URI endpoint, String headers, String serviceName, String attributes, String sampler, double ratio) {

        /** Returns a text without the headers. */
        @Override
        public String toString() {
            return "Tracing[" + RedactedUrl.of(endpoint.toString()) + ", " + sampler + " " + ratio + "]";
        }
    }

    /** Address for the seed's counters; port 0 sends none. */
    public record Statsd(String host, int port) {}

    /**
     * Settings for DNS.
     *
     * @param port 0 for no DNS
     * @param domain in lower case, without a dot at the end
     * @param allowed the networks that may ask; empty for all
     */
    public record Dns(String host, int port, String domain, Cidrs allowed) {

        public boolean isOn() {
            return port != 0;
        }
    }

    /** Places that the audit log goes to. */
    public enum AuditTarget {
        OFF,
        /** The member's own log. */
        LOG,
        FILE
    }

    /** Behaviour of a member that cannot write its audit log. */
    public enum AuditOnFailure {
        /** The member goes on without. */
        CONTINUE,
        /** The member refuses changes. */
        REFUSE;

        /** Returns the spelling in the environment. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Settings of the audit log.
     *
     * @param file the file, if it goes to one
     * @param maxBytes size of a file before it rotates
     * @param keepAge maximum age of a file that has rotated
     * @param keepFiles maximum number of files that have rotated
     */
    public record Audit(
            AuditTarget target, Path file, int maxBytes, Duration keepAge, int keepFiles, AuditOnFailure onFailure) {}

    /**
     * Settings of the history.
     *
     * @param most maximum number of changes; 0 to record none
     * @param keepAge maximum age of a change in a file
     */
    public record History(int most, Duration keepAge) {}

    public Lease lease() {
        return Lease.of(registry.hostTtl());
    }

    /** Returns the longest lease by which a host can be listed: with overtime if expiry protection is on. */
    public Lease longestLease() {
        return registry.expiryProtection().longest(lease());
    }

    /**
     * Reads the environment.
     *
     * @param backends values that BACKEND_STORAGE may have
     * @throws InvalidSettingsException with all faults, if there is any
     */
    public static Settings from(Map<String, String> environment, BackendNames backends) {
        return new SettingsReader(environment, backends).read();
    }
}
