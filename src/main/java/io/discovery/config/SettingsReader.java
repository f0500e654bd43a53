package io.discovery.config;

import io.discovery.config.Settings.Anonymous;
import io.discovery.config.Settings.Audit;
import io.discovery.config.Settings.AuditOnFailure;
import io.discovery.config.Settings.AuditTarget;
import io.discovery.config.Settings.Auth;
import io.discovery.config.Settings.Backend;
import io.discovery.config.Settings.ClientCertificates;
import io.discovery.config.Settings.Cluster;
import io.discovery.config.Settings.ClusterTls;
import io.discovery.config.Settings.ClusterTlsMode;
import io.discovery.config.Settings.Console;
import io.discovery.config.Settings.Dns;
import io.discovery.config.Settings.DynamoDb;
import io.discovery.config.Settings.FileSync;
import io.discovery.config.Settings.History;
import io.discovery.config.Settings.Http;
import io.discovery.config.Settings.HttpTls;
import io.discovery.config.Settings.InstanceKeyMode;
import io.discovery.config.Settings.Join;
import io.discovery.config.Settings.MemberProof;
import io.discovery.config.Settings.Minority;
import io.discovery.config.Settings.Registry;
import io.discovery.config.Settings.Statsd;
import io.discovery.model.ExpiryProtection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One reading of the environment: checks all settings and collects every fault. */
final class SettingsReader {

    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,9}");
    private static final Pattern MEMBER = Pattern.compile("([^\\s:,]+|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5}|)");
    private static final String MEMBERS_FORM = "host:port, comma separated";
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");
    /** Leaves room for the longest name of an address, and for most services' names. */
    private static final int LONGEST_DOMAIN = 128;

    /** The backends of which each member has one of its own, or none. */
    private static final Set<String> UNSHARED = Set.of("InFile", "InMemory");

    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final Set<String> ENDPOINTS = Set.of("client", "rest", "memcache", "wan");
    private static final Set<String> TRUE = Set.of("true", "1", "yes", "on");
    private static final Set<String> FALSE = Set.of("", "false", "0", "no", "off");
    private static final Set<String> LOG_LEVELS =
            Set.of("TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL");
    private static final int LONGEST_TTL_SECONDS = 30 * 24 * 60 * 60;
    private static final int MOST_HOSTS = 100_000_000;
    private static final int MOST_CAPACITY = 1_000_000;
    private static final int MOST_CHANGES = 200_000;
    private static final int A_DAY_SECONDS = 24 * 60 * 60;

    private final Map<String, String> environment;
    private final BackendNames backends;
    private final List<String> faults = new ArrayList<>();

    SettingsReader(Map<String, String> environment, BackendNames backends) {
        this.backends = backends;
        this.environment = environment;
    }

    Settings read() {
        TracingReader tracing = new TracingReader(this);
        Optional<Setting> tracingOff = tracing.off();
        Duration hostTtl = seconds(Setting.HOST_TTL, 1, LONGEST_TTL_SECONDS);
        Settings settings = new Settings(
                registry(hostTtl),
                http(),
                new JwtReader(this).read(),
                cluster(),
                backend(hostTtl),
                statsd(),
                tracingOff.isPresent() ? Optional.empty() : tracing.read(),
                tracingOff,
                dns(),
                audit(),
                history(),
                logLevel(),
                text(Setting.LOG_FORMAT, Set.of("text", "json"), "text or json"),
                debug());
        if (!faults.isEmpty()) {
            throw new InvalidSettingsException(faults);
        }
        return settings;
    }

    private Registry registry(Duration hostTtl) {
        return new Registry(
                hostTtl,
                expiryProtection(),
                instanceKey(),
                integer(Setting.MAX_REGISTRATIONS, 0, MOST_HOSTS),
                integer(Setting.MAX_SERVICES, 0, MOST_HOSTS),
                Duration.ofMillis(integer(Setting.REQUEST_DEADLINE_MS, 1, 60_000)));
    }

    private Http http() {
        boolean cached = text(Setting.CACHE_TYPE, Set.of("null", "simple"), "null or simple")
                .equals("simple");
        Duration cacheTtl = seconds(Setting.CACHE_TTL, 0, A_DAY_SECONDS);
        return new Http(
                text(Setting.HOST),
                integer(Setting.PORT, 0, 65_535),
                httpTls(),
                auth(),
                text(Setting.APPLICATION_ENV),
                integer(Setting.MAX_CONNECTIONS, 1, 1_000_000),
                cached ? cacheTtl : Duration.ZERO,
                networks(Setting.AUTO_IP_CIDRS),
                networks(Setting.TRUSTED_PROXIES),
                console());
    }

    private Console console() {
        String given = text(Setting.CONSOLE, Set.of("on", "off"), "on or off");
        return given.equals("off") ? Console.OFF : Console.ON;
    }

    private Optional<HttpTls> httpTls() {
        int plainPort = integer(Setting.PLAIN_PORT, 0, 65_535);
        String authorities = given(Setting.TLS_CLIENT_CA);
        ClientCertificates clients = clientCertificates(!authorities.isEmpty());
        if (given(Setting.TLS_CERT).isEmpty()) {
            refuseAll("TLS_CERT is not set", Setting.TLS_KEY, Setting.TLS_CLIENT_CA, Setting.PLAIN_PORT);
            String auth = given(Setting.TLS_CLIENT_AUTH);
            if (!auth.isEmpty() && clients != ClientCertificates.OFF) {
                fault(Setting.TLS_CLIENT_AUTH, auth, "off or nothing, because TLS_CERT is not set");
            }
            return Optional.empty();
        }
        return Optional.of(new HttpTls(
                readableFile(Setting.TLS_CERT),
                readableFile(Setting.TLS_KEY),
                clients == ClientCertificates.OFF ? Optional.empty() : Optional.of(readableFile(Setting.TLS_CLIENT_CA)),
                clients,
                text(Setting.PLAIN_HOST),
                plainPort));
    }

    private Optional<Auth> auth() {
        Anonymous anonymous =
                switch (text(Setting.AUTH_ANONYMOUS, Set.of("none", "read", "write"), "none, read or write")) {
                    case "read" -> Anonymous.READ;
                    case "write" -> Anonymous.WRITE;
                    default -> Anonymous.NONE;
                };
        if (!given(Setting.AUTH_FILE).isEmpty()) {
            return Optional.of(new Auth(readableFile(Setting.AUTH_FILE), anonymous));
        }
        for (Setting needsIdentities : List.of(Setting.AUTH_ANONYMOUS, Setting.AUTH_JWT_ISSUER)) {
            if (!given(needsIdentities).isEmpty()) {
                fault(needsIdentities, given(needsIdentities), "nothing, because AUTH_FILE is not set");
            }
        }
        return Optional.empty();
    }

    private ClientCertificates clientCertificates(boolean hasAuthorities) {
        if (given(Setting.TLS_CLIENT_AUTH).isEmpty()) {
            return hasAuthorities ? ClientCertificates.REQUIRE : ClientCertificates.OFF;
        }
        return switch (text(Setting.TLS_CLIENT_AUTH, Set.of("off", "request", "require"), "off, request or require")) {
            case "require" -> ClientCertificates.REQUIRE;
            case "request" -> ClientCertificates.REQUEST;
            default -> ClientCertificates.OFF;
        };
    }

    private Cidrs networks(Setting setting) {
        String given = text(setting);
        if (given.isEmpty()) {
            return Cidrs.NONE;
        }
        return Cidrs.parse(given).orElseGet(() -> {
            fault(setting, given, "networks such as 192.168.0.0/16, comma separated");
            return Cidrs.NONE;
        });
    }

    private Cluster cluster() {
        List<String> members = members();
        String configFile = text(Setting.CLUSTER_CONFIG);
        if (!configFile.isEmpty() && !isReadable(configFile)) {
            fault(Setting.CLUSTER_CONFIG, configFile, "a file that can be read");
        }
        if (!configFile.isEmpty() && !members.isEmpty()) {
            fault(Setting.CLUSTER_CONFIG, configFile, "nothing, because CLUSTER_MEMBERS is set too");
        }
        boolean standAlone = members.isEmpty() && configFile.isEmpty();
        return new Cluster(
                text(Setting.CLUSTER_NAME),
                members,
                text(Setting.CLUSTER_HOST),
                integer(Setting.CLUSTER_PORT, 1, 65_535),
                configFile,
                extraEndpoints(),
                clusterTls(),
                new Join(
                        minMembers(members, configFile),
                        seconds(Setting.JOIN_WAIT_SECONDS, 0, A_DAY_SECONDS),
                        minority()),
                given(Setting.SHUTDOWN_DELAY_SECONDS).isEmpty()
                        ? Duration.ofSeconds(standAlone ? 0 : 5)
                        : seconds(Setting.SHUTDOWN_DELAY_SECONDS, 0, 3_600));
    }

    private List<String> extraEndpoints() {
        String expected = "client, rest, memcache or wan, comma separated";
        List<String> names = list(Setting.CLUSTER_ENDPOINTS, expected);
        for (String name : names) {
            if (!ENDPOINTS.contains(name)) {
                fault(Setting.CLUSTER_ENDPOINTS, name, expected);
            }
        }
        return names;
    }

    private ClusterTls clusterTls() {
        boolean isProven = !given(Setting.CLUSTER_TLS_CERT).isEmpty()
                || !given(Setting.CLUSTER_SECRET_FILE).isEmpty();
        String mode = given(Setting.CLUSTER_TLS).isEmpty()
                ? isProven ? "on" : "off"
                : text(Setting.CLUSTER_TLS, Set.of("off", "accept", "on"), "off, accept or on");
        if (!mode.equals("on") && !mode.equals("accept")) {
            if (given(Setting.CLUSTER_TLS).isEmpty()) {
                refuseRestOfCertificate();
            }
            return ClusterTls.NONE;
        }
        return new ClusterTls(mode.equals("on") ? ClusterTlsMode.ON : ClusterTlsMode.ACCEPT, memberProof());
    }

    private MemberProof memberProof() {
        String secret = given(Setting.CLUSTER_SECRET_FILE);
        if (!secret.isEmpty()) {
            if (given(Setting.CLUSTER_TLS_CERT).isEmpty()) {
                refuseRestOfCertificate();
            } else {
                fault(Setting.CLUSTER_SECRET_FILE, secret, "nothing, because CLUSTER_TLS_CERT is set too");
            }
            return new MemberProof.Secret(readableFile(Setting.CLUSTER_SECRET_FILE));
        }
        return new MemberProof.Certificate(
                readableFile(Setting.CLUSTER_TLS_CERT),
                readableFile(Setting.CLUSTER_TLS_KEY),
                readableFile(Setting.CLUSTER_TLS_CA),
                text(Setting.CLUSTER_TLS_NAME));
    }

    private void refuseRestOfCertificate() {
        refuseAll(
                "CLUSTER_TLS_CERT is not set",
                Setting.CLUSTER_TLS_KEY,
                Setting.CLUSTER_TLS_CA,
                Setting.CLUSTER_TLS_NAME);
    }

    /** Adds a fault of each setting that has another value than its default, since none of them would count. */
    void refuseAll(String because, Setting... settings) {
        for (Setting each : settings) {
            if (!text(each).equals(each.fallback())) {
                fault(each, text(each), "nothing, because " + because);
            }
        }
    }

    Path readableFile(Setting setting) {
        String given = given(setting);
        if (!isReadable(given)) {
            fault(setting, given, "a file that can be read");
            return Path.of("");
        }
        return Path.of(given);
    }

    /**
     * Returns the minimum number of members. A file that finds members does not tell how many there are, so the setting
     * must: otherwise a member that is cut off would wait for no other.
     */
    private int minMembers(List<String> members, String configFile) {
        String given = given(Setting.CLUSTER_MIN_MEMBERS);
        if (!given.isEmpty()) {
            return integer(Setting.CLUSTER_MIN_MEMBERS, 1, 1_000);
        }
        if (!configFile.isEmpty()) {
            fault(
                    Setting.CLUSTER_MIN_MEMBERS,
                    given,
                    "the number of members without which none opens, a majority of all, because CLUSTER_CONFIG does not"
                            + " say how many there are");
        }
        return members.isEmpty() ? 1 : members.size() / 2 + 1;
    }

    private Minority minority() {
        String given = text(Setting.CLUSTER_MINORITY, Set.of("refuse", "open"), "refuse or open");
        return given.equals("open") ? Minority.OPEN : Minority.REFUSE;
    }

    private List<String> members() {
        List<String> members = list(Setting.CLUSTER_MEMBERS, MEMBERS_FORM);
        for (String member : members) {
            Matcher parts = MEMBER.matcher(member);
            if (!parts.matches()) {
                fault(Setting.CLUSTER_MEMBERS, member, MEMBERS_FORM);
            } else if (!isPortOrNone(parts.group(2))) {
                fault(Setting.CLUSTER_MEMBERS, member, MEMBERS_FORM + ", each port from 1 to 65535");
            }
        }
        return members;
    }

    private static boolean isPortOrNone(String text) {
        int port = text.isEmpty() ? 1 : Integer.parseInt(text.substring(1));
        return port >= 1 && port <= 65_535;
    }

    private Backend backend(Duration hostTtl) {
        return new Backend(
                storage(),
                storageBefore(),
                path(Setting.APPLICATION_DIR),
                seconds(Setting.WRITE_BEHIND_SECONDS, 1, 3_600),
                fileSync(),
                given(Setting.WRITE_BEHIND_HEARTBEAT_SECONDS).isEmpty()
                        ? hostTtl.dividedBy(4)
                        : seconds(Setting.WRITE_BEHIND_HEARTBEAT_SECONDS, 0, (int) (hostTtl.toSeconds() / 3)),
                seconds(Setting.STORE_REFRESH_SECONDS, 0, A_DAY_SECONDS),
                given(Setting.WARMUP_SECONDS).isEmpty()
                        ? hostTtl
                        : seconds(Setting.WARMUP_SECONDS, 0, LONGEST_TTL_SECONDS),
                dynamoDb());
    }

    private FileSync fileSync() {
        String given = text(Setting.FILE_SYNC, Set.of("on", "off"), "on or off");
        return given.equals("off") ? FileSync.OFF : FileSync.ON;
    }

    private DynamoDb dynamoDb() {
        boolean provisioned = !given(Setting.DYNAMODB_READ_CAPACITY).isEmpty()
                || !given(Setting.DYNAMODB_WRITE_CAPACITY).isEmpty();
        return new DynamoDb(
                text(Setting.DYNAMODB_TABLE_HOSTS),
                endpoint(),
                !text(Setting.DYNAMODB_CREATE_TABLES_IN_APP).isEmpty(),
                provisioned ? integer(Setting.DYNAMODB_READ_CAPACITY, 1, MOST_CAPACITY) : 0,
                provisioned ? integer(Setting.DYNAMODB_WRITE_CAPACITY, 1, MOST_CAPACITY) : 0,
                integer(Setting.CONNECTION_POOL_SIZE, 1, 100_000));
    }

    private String storage() {
        String storage = text(Setting.BACKEND_STORAGE);
        if (!backends.known().contains(storage)) {
            unknownBackend(Setting.BACKEND_STORAGE, storage);
        }
        return storage;
    }

    private void unknownBackend(Setting setting, String name) {
        fault(setting, name, backends.expected());
        backends.faults().forEach(fault -> faults.add(setting + ": " + fault));
    }

    /**
     * A misspelt name would let a member that starts alone open without what its earlier backend has. Two copies that all
     * members share would take what is known of the one for what is in the other.
     */
    private Optional<String> storageBefore() {
        String before = text(Setting.BACKEND_STORAGE_BEFORE);
        if (before.isEmpty()) {
            return Optional.empty();
        }
        String now = text(Setting.BACKEND_STORAGE);
        if (!backends.known().contains(before)) {
            unknownBackend(Setting.BACKEND_STORAGE_BEFORE, before);
        } else if (before.equals(now)) {
            fault(Setting.BACKEND_STORAGE_BEFORE, before, "another one than BACKEND_STORAGE, or nothing");
        } else if (!UNSHARED.contains(before) && !UNSHARED.contains(now)) {
            fault(
                    Setting.BACKEND_STORAGE_BEFORE,
                    before,
                    "InFile or InMemory: between two that members share, move by InFile");
        }
        return Optional.of(before);
    }

    private Optional<URI> endpoint() {
        String url = text(Setting.DYNAMODB_URL);
        if (url.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI endpoint = URI.create(url);
            if (SCHEMES.contains(Objects.toString(endpoint.getScheme(), "")) && endpoint.getHost() != null) {
                return Optional.of(endpoint);
            }
        } catch (IllegalArgumentException noUrl) {
            // Reported below, like a URL of another scheme.
        }
        fault(
                Setting.DYNAMODB_URL,
                url,
                "a URL such as http://127.0.0.1:8000 or https://dynamodb.us-east-1.amazonaws.com");
        return Optional.empty();
    }

    private Path path(Setting setting) {
        String text = text(setting);
        try {
            return Path.of(text);
        } catch (InvalidPathException noPath) {
            fault(setting, text, "a path");
            return Path.of(".");
        }
    }

    private static boolean isReadable(String file) {
        try {
            return Files.isRegularFile(Path.of(file)) && Files.isReadable(Path.of(file));
        } catch (InvalidPathException noPath) {
            return false;
        }
    }

    private Statsd statsd() {
        return new Statsd(text(Setting.STATSD_HOST), integer(Setting.STATSD_PORT, 0, 65_535));
    }

    private Dns dns() {
        return new Dns(text(Setting.HOST), integer(Setting.DNS_PORT, 0, 65_535), domain(), networks(Setting.DNS_ALLOW));
    }

    private String domain() {
        String given = text(Setting.DNS_DOMAIN);
        String domain = given.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        if (domain.length() > LONGEST_DOMAIN || !DOMAIN.matcher(domain).matches()) {
            fault(
                    Setting.DNS_DOMAIN,
                    given,
                    "a domain of at most " + LONGEST_DOMAIN + " characters, such as service.discovery");
        }
        return domain;
    }

    private Audit audit() {
        String onFailure = text(Setting.AUDIT_ON_FAILURE, Set.of("continue", "refuse"), "continue or refuse");
        if (onFailure.equals("refuse") && text(Setting.AUDIT_LOG).equals("log")) {
            fault(
                    Setting.AUDIT_ON_FAILURE,
                    onFailure,
                    "a file as AUDIT_LOG: a member does not learn that a line of its own log is lost");
        }
        return new Audit(
                switch (text(Setting.AUDIT_LOG)) {
                    case "" -> AuditTarget.OFF;
                    case "log" -> AuditTarget.LOG;
                    default -> AuditTarget.FILE;
                },
                path(Setting.AUDIT_LOG),
                integer(Setting.AUDIT_MAX_BYTES, 100_000, 999_999_999),
                Duration.ofDays(integer(Setting.AUDIT_KEEP_DAYS, 1, 36_500)),
                integer(Setting.AUDIT_KEEP_FILES, 1, 10_000),
                onFailure.equals("refuse") ? AuditOnFailure.REFUSE : AuditOnFailure.CONTINUE);
    }

    private History history() {
        return new History(
                integer(Setting.HISTORY_CHANGES, 0, MOST_CHANGES),
                Duration.ofDays(integer(Setting.HISTORY_KEEP_DAYS, 1, 36_500)));
    }

    private ExpiryProtection expiryProtection() {
        String given = text(Setting.EXPIRY_PROTECTION, Set.of("on", "off"), "on or off");
        return given.equals("on") ? ExpiryProtection.ON : ExpiryProtection.OFF;
    }

    private InstanceKeyMode instanceKey() {
        String mode = text(Setting.INSTANCE_KEY, Set.of("ip", "ip_port"), "ip or ip_port");
        return mode.equals("ip_port") ? InstanceKeyMode.IP_PORT : InstanceKeyMode.IP;
    }

    private String logLevel() {
        return text(
                Setting.LOG_LEVEL,
                text -> text.toUpperCase(Locale.ROOT),
                LOG_LEVELS,
                "TRACE, DEBUG, INFO, WARNING, ERROR or CRITICAL");
    }

    /**
     * Reads DEBUG: an empty value switches it off, as in the seed; the seed took "false" for true, this program does
     * not.
     */
    private boolean debug() {
        String given = environment.getOrDefault(Setting.DEBUG.name(), Setting.DEBUG.fallback());
        String value = given.strip().toLowerCase(Locale.ROOT);
        if (!TRUE.contains(value) && !FALSE.contains(value)) {
            fault(Setting.DEBUG, given, "true or false");
        }
        return TRUE.contains(value);
    }

    private Duration seconds(Setting setting, int lowest, int highest) {
        return Duration.ofSeconds(integer(setting, lowest, highest));
    }

    private int integer(Setting setting, int lowest, int highest) {
        String text = text(setting);
        int value = INTEGER.matcher(text).matches() ? Integer.parseInt(text) : Integer.MIN_VALUE;
        if (value < lowest || value > highest) {
            fault(setting, text, "an integer from " + lowest + " to " + highest);
            return lowest;
        }
        return value;
    }

    String text(Setting setting, Set<String> allowed, String expected) {
        return text(setting, Function.identity(), allowed, expected);
    }

    /** Returns the value in small letters, however it is written. */
    String caselessText(Setting setting, Set<String> allowed, String expected) {
        return text(setting, text -> text.toLowerCase(Locale.ROOT), allowed, expected);
    }

    private String text(Setting setting, Function<String, String> normalize, Set<String> allowed, String expected) {
        String text = normalize.apply(text(setting));
        if (!allowed.contains(text)) {
            fault(setting, text, expected);
        }
        return text;
    }

    /** Returns the entries of a list. One of commas alone would count as not set, which mostly is the open meaning. */
    private List<String> list(Setting setting, String expected) {
        String text = text(setting);
        List<String> entries = Stream.of(text.split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
        if (entries.isEmpty() && !text.isEmpty()) {
            fault(setting, text, expected);
        }
        return entries;
    }

    String text(Setting setting) {
        return setting.in(environment);
    }

    /** Adds a fault of a secret, whose value is left out. */
    void secretFault(Setting setting, String expected) {
        faults.add(setting.name() + ": given a text that is not shown, expected " + expected);
    }

    /** Returns the variable's value; empty if it is absent. */
    String given(Setting setting) {
        return environment.getOrDefault(setting.name(), "").strip();
    }

    /** Adds a fault, with the value as {@link ShownValue} has it. */
    void fault(Setting setting, String given, String expected) {
        faults.add(setting.name() + ": given " + ShownValue.of(setting, given) + ", expected " + expected);
    }
}
