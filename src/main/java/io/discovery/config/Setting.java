package io.discovery.config;

import java.util.Map;

/**
 * The settings: name in the environment, default, meaning. The table of src/docs/settings.md and {@code --help} are
 * made of this list. Settings of the seed have the seed's names and defaults (lyft/discovery: README, "Configuration").
 */
public enum Setting {
    HOST("0.0.0.0", "address on which to serve HTTP"),
    PORT("8080", "port on which to serve HTTP; 0 takes a free one"),
    TLS_CERT(
            "",
            "PEM file of the certificate for HTTPS on PORT, and of the authorities up to one that clients know; empty: plain"
                    + " HTTP"),
    TLS_KEY("", "PEM file of its private key, not encrypted"),
    TLS_CLIENT_CA("", "PEM file of the authorities whose clients are believed, and of their revocation lists"),
    TLS_CLIENT_AUTH(
            "",
            "certificates of clients: off, request (one is checked, none is fine) or require. Empty: require if TLS_CLIENT_CA"
                    + " is set, else off"),
    PLAIN_PORT("0", "with TLS_CERT: port on which to serve plain HTTP, for probes of this machine; 0: not at all"),
    PLAIN_HOST("127.0.0.1", "the address of PLAIN_PORT"),
    AUTH_FILE("", "YAML file of identities: what proves them, and what they may do; empty: all clients may do all"),
    AUTH_ANONYMOUS(
            "none",
            "with AUTH_FILE: what clients may do that show no proof: none, read (all services) or write (all services)"),
    AUTH_JWT_ISSUER("", "the issuer (iss) whose tokens (JWT) clients may show; empty: no tokens"),
    AUTH_JWT_JWKS(
            "",
            "the issuer's public keys (JWKS): a file, or an address with https; http for this machine alone. Read again when"
                    + " they change"),
    AUTH_JWT_AUDIENCE("discovery", "the audience (aud) for which a token must be made"),
    AUTH_JWT_CA(
            "",
            "PEM file of the authorities that the https address of AUTH_JWT_JWKS is checked by; empty: those of Java"),
    HOST_TTL("600", "seconds a host stays listed after its last heartbeat"),
    INSTANCE_KEY(
            "ip", "what makes a host the same host: ip, or ip_port for several processes of a service on one address"),
    BACKEND_STORAGE(
            "DynamoDB",
            "the durable copy: DynamoDB (a table), InFile (a file on each member), InMemory (none) or a plug-in's name"),
    BACKEND_STORAGE_BEFORE(
            "",
            "while members move to another backend, one after the other: the BACKEND_STORAGE of those that have not moved yet."
                    + " One of both must be InFile or InMemory; empty: all have the same"),
    APPLICATION_DIR("data", "folder for what a member keeps on disk"),
    WRITE_BEHIND_SECONDS("1", "how late, at most, a change is written to the durable copy"),
    FILE_SYNC(
            "on",
            "InFile: on flushes each batch to the disk; off leaves that to the system, and a power failure takes more"),
    WRITE_BEHIND_HEARTBEAT_SECONDS(
            "HOST_TTL/4",
            "how late, at most, a heartbeat that says nothing new is written to a durable copy that members share; up to"
                    + " HOST_TTL/3"),
    STORE_REFRESH_SECONDS(
            "60", "how often a durable copy that members share is read for what others wrote there; 0: never"),
    WARMUP_SECONDS("HOST_TTL", "how long reads wait, at most, for a durable copy that cannot be read"),
    CLUSTER_NAME("discovery", "members of another name are refused"),
    CLUSTER_MEMBERS("", "where peers are, host:port, comma separated; empty: stand-alone"),
    CLUSTER_HOST(
            "",
            "own address for peers; empty: the one that CLUSTER_MEMBERS fits, and all where none does; 0.0.0.0: all listen, that one is told"),
    CLUSTER_PORT("5701", "own port for peers"),
    CLUSTER_CONFIG("", "a Hazelcast YAML file that says how to find peers, instead of CLUSTER_MEMBERS"),
    CLUSTER_ENDPOINTS(
            "",
            "endpoints of that file, beside the one for members, that may listen, comma separated: client, rest, memcache,"
                    + " wan. None of them asks who is there"),
    CLUSTER_SECRET_FILE(
            "",
            "a file with a secret that all members share: they prove by it who they are, and encrypt. A second line: a secret"
                    + " that peers may have instead"),
    CLUSTER_TLS(
            "",
            "TLS between members: off; accept, which takes connections with and without, to change a cluster over; on. Empty:"
                    + " on if CLUSTER_SECRET_FILE or CLUSTER_TLS_CERT is set"),
    CLUSTER_TLS_CERT("", "PEM file of this member's certificate, and of the authorities up to one that all know"),
    CLUSTER_TLS_KEY("", "PEM file of its private key, not encrypted"),
    CLUSTER_TLS_CA("", "PEM file of the authorities whose certificates members accept, and of their revocation lists"),
    CLUSTER_TLS_NAME("discovery", "a DNS name, or a URI, that the certificate of each member must carry"),
    CLUSTER_MIN_MEMBERS(
            "",
            "members to wait for before serving reads; empty: a majority of CLUSTER_MEMBERS; with CLUSTER_CONFIG it must be"
                    + " set"),
    JOIN_WAIT_SECONDS("15", "how long to wait for them before it counts that they are missing"),
    CLUSTER_MINORITY(
            "refuse",
            "what a member does that finds fewer than CLUSTER_MIN_MEMBERS: refuse reads until they are there, or open with"
                    + " what it has"),
    MAX_CONNECTIONS("20000", "HTTP connections at most; over it, the one of least use is closed for the new one"),
    MAX_REGISTRATIONS(
            "0",
            "listed hosts of all services at most: over it a new one is refused with 507, while one that has lapsed may come back; 0: as the heap allows"),
    MAX_SERVICES("0", "services with a listed host at most, likewise; 0: as the heap allows"),
    REQUEST_DEADLINE_MS("1000", "milliseconds after which a write is answered with 503: outcome unknown"),
    SHUTDOWN_DELAY_SECONDS(
            "", "seconds to keep serving after SIGTERM while load balancers look away; empty: 5 in a cluster, else 0"),
    AUTO_IP_CIDRS("192.168.0.0/16", "networks from which auto_ip is accepted, comma separated"),
    TRUSTED_PROXIES(
            "",
            "networks of the proxies whose X-Forwarded-For is believed, comma separated; empty: the last address is believed,"
                    + " from any client"),
    EXPIRY_PROTECTION(
            "off", "on: while more hosts have expired than are live, they stay listed, marked stale, for 6 x HOST_TTL"),
    CACHE_TYPE("null", "null, or simple: last_check_in of an unchanged host may lag by CACHE_TTL"),
    CACHE_TTL("30", "seconds, for CACHE_TYPE=simple"),
    APPLICATION_ENV("development", "shown as env in answers"),
    DEBUG("true", "adds the cause to the body of a 5xx answer"),
    LOG_LEVEL("DEBUG", "TRACE (a line per request), DEBUG, INFO, WARNING, ERROR or CRITICAL"),
    LOG_FORMAT("text", "the lines of the log: text, or json, where each is an object. See src/docs/operations.md"),
    CONSOLE("on", "on: a console for browsers at /ui/, to which / leads them; off: neither"),
    DNS_PORT("0", "port on which to serve DNS, by UDP and TCP; 0: not at all"),
    DNS_DOMAIN("service.discovery", "the domain below which DNS finds services"),
    DNS_ALLOW(
            "",
            "networks whose clients DNS answers, comma separated; empty: all, those with public addresses by UDP within limits"),
    AUDIT_LOG(
            "",
            "where the audit log goes: a file, or log for the member's own log; empty: there is none. See src/docs/audit.md"),
    AUDIT_MAX_BYTES("100000000", "size of that file before it rotates, as it does each day too"),
    AUDIT_KEEP_DAYS("90", "days after which a rotated file is removed"),
    AUDIT_KEEP_FILES("100", "rotated files at most; the oldest is removed for a new one"),
    AUDIT_ON_FAILURE(
            "continue",
            "what a member does that cannot write its audit log: continue, or refuse changes until it can; nothing without AUDIT_LOG"),
    HISTORY_CHANGES(
            "20000", "changes that a member remembers for GET /v1/changes, about 7 MB of heap; 0: it records none"),
    HISTORY_KEEP_DAYS("7", "InFile: days for which a change stays in the file, which has as many as the memory"),
    STATSD_HOST("localhost", "where to send the seed's counters by UDP"),
    STATSD_PORT("8125", "its port; 0 sends none"),
    OTEL_EXPORTER_OTLP_ENDPOINT(
            "",
            "the collector that traces go to, such as http://127.0.0.1:4318; empty: this member does not trace. See"
                    + " src/docs/tracing.md"),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT(
            "",
            "the whole URL that traces go to, such as http://127.0.0.1:4318/v1/traces, whatever OTEL_EXPORTER_OTLP_ENDPOINT"
                    + " says"),
    OTEL_EXPORTER_OTLP_HEADERS("", "headers for the collector, name=value, comma separated; a secret, never logged"),
    OTEL_EXPORTER_OTLP_PROTOCOL("http/protobuf", "the collector's protocol: http/protobuf, and no other"),
    OTEL_SERVICE_NAME(
            "discovery",
            "the name of this program in traces; empty: service.name of OTEL_RESOURCE_ATTRIBUTES, if that has one"),
    OTEL_RESOURCE_ATTRIBUTES("", "more about this member in traces, name=value, comma separated"),
    OTEL_TRACES_SAMPLER(
            "parentbased_traceidratio",
            "which requests are traced: always_on, always_off, traceidratio, or parentbased_ and one of these, which follows a"
                    + " caller that has decided"),
    OTEL_TRACES_SAMPLER_ARG("0.01", "for traceidratio: the share of requests that is traced, 0 to 1"),
    OTEL_TRACES_EXPORTER("otlp", "otlp, or none: this member does not trace, whatever else is set"),
    OTEL_SDK_DISABLED("false", "true: this member does not trace, whatever else is set; or false"),
    DYNAMODB_TABLE_HOSTS("", "DynamoDB: the table's name"),
    DYNAMODB_URL("", "DynamoDB: the endpoint; empty: that of AWS in the region"),
    DYNAMODB_CREATE_TABLES_IN_APP("", "DynamoDB: not empty: create the table if it is missing"),
    DYNAMODB_READ_CAPACITY("", "DynamoDB: read units of a created table and its index; empty: on demand"),
    DYNAMODB_WRITE_CAPACITY("", "DynamoDB: write units of a created table and its index; empty: on demand"),
    CONNECTION_POOL_SIZE("100", "DynamoDB: connections at most");

    private final String fallback;
    private final String meaning;

    Setting(String fallback, String meaning) {
        this.fallback = fallback;
        this.meaning = meaning;
    }

    /** Text that stands for an absent or empty variable; may name another setting. */
    public String fallback() {
        return fallback;
    }

    public String meaning() {
        return meaning;
    }

    /** Returns the variable's value, unchecked, or {@link #fallback} if it is absent or empty. */
    public String in(Map<String, String> environment) {
        String given = environment.getOrDefault(name(), "").strip();
        return given.isEmpty() ? fallback : given;
    }
}
