package io.discovery.config;

import static io.discovery.config.ReadSettings.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.config.Settings.InstanceKeyMode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The names, the defaults and the values of the settings. */
class SettingsTest {

    @Test
    void defaults() {
        Settings settings = read();

        assertThat(settings.http().host()).isEqualTo("0.0.0.0");
        assertThat(settings.http().port()).isEqualTo(8080);
        assertThat(settings.http().applicationEnv()).isEqualTo("development");
        assertThat(settings.http().mostConnections()).isEqualTo(20_000);
        assertThat(settings.registry().requestDeadline()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.http().cacheTtl()).isZero();
        assertThat(settings.http().autoIp().toString()).isEqualTo("192.168.0.0/16");
        assertThat(settings.http().trustedProxies()).isEqualTo(Cidrs.NONE);
        assertThat(settings.registry().hostTtl()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.registry().instanceKey()).isEqualTo(InstanceKeyMode.IP);
        assertThat(settings.logLevel()).isEqualTo("DEBUG");
        assertThat(settings.logFormat()).isEqualTo("text");
        assertThat(settings.debug()).isTrue();
        assertThat(settings.statsd().host()).isEqualTo("localhost");
        assertThat(settings.statsd().port()).isEqualTo(8125);
        assertThat(settings.dns()).isEqualTo(new Settings.Dns("0.0.0.0", 0, "service.discovery", Cidrs.NONE));
        assertThat(settings.dns().isOn()).isFalse();
        assertThat(settings.audit())
                .isEqualTo(new Settings.Audit(
                        Settings.AuditTarget.OFF,
                        Path.of(""),
                        100_000_000,
                        Duration.ofDays(90),
                        100,
                        Settings.AuditOnFailure.CONTINUE));
    }

    @Test
    void defaultsOfTheHistory() {
        assertThat(read().history()).isEqualTo(new Settings.History(20_000, Duration.ofDays(7)));
    }

    @Test
    void auditLogGoesToAFileOrToTheLog() {
        assertThat(read("AUDIT_LOG=log").audit().target()).isEqualTo(Settings.AuditTarget.LOG);
        assertThat(read("AUDIT_LOG=logs/audit.log", "AUDIT_ON_FAILURE=refuse").audit())
                .returns(Settings.AuditTarget.FILE, Settings.Audit::target)
                .returns(Path.of("logs/audit.log"), Settings.Audit::file)
                .returns(Settings.AuditOnFailure.REFUSE, Settings.Audit::onFailure);
    }

    @Test
    void defaultsOfTheBackend() {
        Settings.Backend backend = read().backend();

        assertThat(backend.applicationDir()).isEqualTo(Path.of("data"));
        assertThat(backend.writeBehind()).isEqualTo(Duration.ofSeconds(1));
        assertThat(backend.heartbeat()).isEqualTo(Duration.ofSeconds(150));
        assertThat(backend.refresh()).isEqualTo(Duration.ofSeconds(60));
        assertThat(backend.warmup()).isEqualTo(Duration.ofMinutes(10));
        assertThat(backend.dynamoDb()).isEqualTo(new Settings.DynamoDb("", Optional.empty(), false, 0, 0, 100));
    }

    @Test
    void defaultsOfTheCluster() {
        Settings.Cluster cluster = read().cluster();

        assertThat(cluster.name()).isEqualTo("discovery");
        assertThat(cluster.members()).isEmpty();
        assertThat(cluster.host()).isEmpty();
        assertThat(cluster.port()).isEqualTo(5701);
        assertThat(cluster.configFile()).isEmpty();
        assertThat(cluster.join().minMembers()).isEqualTo(1);
        assertThat(cluster.join().longestWait()).isEqualTo(Duration.ofSeconds(15));
        assertThat(cluster.join().minority()).isEqualTo(Settings.Minority.REFUSE);
        assertThat(cluster.shutdownDelay()).isZero();
        assertThat(cluster.isStandAlone()).isTrue();
    }

    /** Seed: README, "Configuration", and app/settings.py. */
    @ParameterizedTest
    @CsvSource({
        "HOST_TTL, 600",
        "CACHE_TTL, 30",
        "BACKEND_STORAGE, DynamoDB",
        "CACHE_TYPE, 'null'",
        "APPLICATION_ENV, development",
        "DEBUG, true",
        "LOG_LEVEL, DEBUG",
        "PORT, 8080",
        "CONNECTION_POOL_SIZE, 100",
        "STATSD_HOST, localhost",
        "STATSD_PORT, 8125",
        "DYNAMODB_TABLE_HOSTS, ''",
        "DYNAMODB_URL, ''",
        "DYNAMODB_CREATE_TABLES_IN_APP, ''"
    })
    void theSeedsSettingsHaveItsNamesAndDefaults(String name, String fallback) {
        assertThat(Setting.valueOf(name).fallback()).isEqualTo(fallback);
    }

    /** Environments out there name them: none may be renamed. */
    @Test
    void names() {
        assertThat(Stream.of(Setting.values()).map(Setting::name))
                .containsExactly(
                        "HOST",
                        "PORT",
                        "TLS_CERT",
                        "TLS_KEY",
                        "TLS_CLIENT_CA",
                        "TLS_CLIENT_AUTH",
                        "PLAIN_PORT",
                        "PLAIN_HOST",
                        "AUTH_FILE",
                        "AUTH_ANONYMOUS",
                        "AUTH_JWT_ISSUER",
                        "AUTH_JWT_JWKS",
                        "AUTH_JWT_AUDIENCE",
                        "AUTH_JWT_CA",
                        "HOST_TTL",
                        "INSTANCE_KEY",
                        "BACKEND_STORAGE",
                        "BACKEND_STORAGE_BEFORE",
                        "APPLICATION_DIR",
                        "WRITE_BEHIND_SECONDS",
                        "FILE_SYNC",
                        "WRITE_BEHIND_HEARTBEAT_SECONDS",
                        "STORE_REFRESH_SECONDS",
                        "WARMUP_SECONDS",
                        "CLUSTER_NAME",
                        "CLUSTER_MEMBERS",
                        "CLUSTER_HOST",
                        "CLUSTER_PORT",
                        "CLUSTER_CONFIG",
                        "CLUSTER_ENDPOINTS",
                        "CLUSTER_SECRET_FILE",
                        "CLUSTER_TLS",
                        "CLUSTER_TLS_CERT",
                        "CLUSTER_TLS_KEY",
                        "CLUSTER_TLS_CA",
                        "CLUSTER_TLS_NAME",
                        "CLUSTER_MIN_MEMBERS",
                        "JOIN_WAIT_SECONDS",
                        "CLUSTER_MINORITY",
                        "MAX_CONNECTIONS",
                        "MAX_REGISTRATIONS",
                        "MAX_SERVICES",
                        "REQUEST_DEADLINE_MS",
                        "SHUTDOWN_DELAY_SECONDS",
                        "AUTO_IP_CIDRS",
                        "TRUSTED_PROXIES",
                        "EXPIRY_PROTECTION",
                        "CACHE_TYPE",
                        "CACHE_TTL",
                        "APPLICATION_ENV",
                        "DEBUG",
                        "LOG_LEVEL",
                        "LOG_FORMAT",
                        "CONSOLE",
                        "DNS_PORT",
                        "DNS_DOMAIN",
                        "DNS_ALLOW",
                        "AUDIT_LOG",
                        "AUDIT_MAX_BYTES",
                        "AUDIT_KEEP_DAYS",
                        "AUDIT_KEEP_FILES",
                        "AUDIT_ON_FAILURE",
                        "HISTORY_CHANGES",
                        "HISTORY_KEEP_DAYS",
                        "STATSD_HOST",
                        "STATSD_PORT",
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                        "OTEL_EXPORTER_OTLP_HEADERS",
                        "OTEL_EXPORTER_OTLP_PROTOCOL",
                        "OTEL_SERVICE_NAME",
                        "OTEL_RESOURCE_ATTRIBUTES",
                        "OTEL_TRACES_SAMPLER",
                        "OTEL_TRACES_SAMPLER_ARG",
                        "OTEL_TRACES_EXPORTER",
                        "OTEL_SDK_DISABLED",
                        "DYNAMODB_TABLE_HOSTS",
                        "DYNAMODB_URL",
                        "DYNAMODB_CREATE_TABLES_IN_APP",
                        "DYNAMODB_READ_CAPACITY",
                        "DYNAMODB_WRITE_CAPACITY",
                        "CONNECTION_POOL_SIZE");
    }

    @Test
    void everythingThatIsSetIsRead() {
        Settings settings = read(
                "HOST=127.0.0.1",
                "PORT=0",
                "APPLICATION_ENV=production",
                "REQUEST_DEADLINE_MS=250",
                "CACHE_TYPE=simple",
                "CACHE_TTL=7",
                "TRUSTED_PROXIES=127.0.0.0/8,::1/128",
                "HOST_TTL=30",
                "INSTANCE_KEY=ip_port",
                "LOG_LEVEL=info",
                "STATSD_HOST=stats",
                "STATSD_PORT=0");

        assertThat(settings.http().host()).isEqualTo("127.0.0.1");
        assertThat(settings.http().port()).isZero();
        assertThat(settings.http().applicationEnv()).isEqualTo("production");
        assertThat(settings.registry().requestDeadline()).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.http().cacheTtl()).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.http().trustedProxies().toString()).isEqualTo("127.0.0.0/8,::1/128");
        assertThat(settings.registry().hostTtl()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.registry().instanceKey()).isEqualTo(InstanceKeyMode.IP_PORT);
        assertThat(settings.logLevel()).isEqualTo("INFO");
        assertThat(settings.statsd()).isEqualTo(new Settings.Statsd("stats", 0));
    }

    @Test
    void everythingThatIsSetForDnsIsRead() {
        Settings.Dns dns = read("HOST=::1", "DNS_PORT=53", "DNS_DOMAIN=Svc_1.Example-2.", "DNS_ALLOW=10.0.0.0/8")
                .dns();

        Cidrs allowed = Cidrs.parse("10.0.0.0/8").orElseThrow();
        assertThat(dns).isEqualTo(new Settings.Dns("::1", 53, "svc_1.example-2", allowed));
        assertThat(dns.isOn()).isTrue();
    }

    @Test
    void everythingThatIsSetForTheBackendIsRead() {
        Settings.Backend backend = read(
                        "BACKEND_STORAGE=InFile",
                        "BACKEND_STORAGE_BEFORE=InMemory",
                        "APPLICATION_DIR=/somewhere",
                        "WRITE_BEHIND_SECONDS=3",
                        "WRITE_BEHIND_HEARTBEAT_SECONDS=200",
                        "FILE_SYNC=off",
                        "STORE_REFRESH_SECONDS=0",
                        "WARMUP_SECONDS=9",
                        "DYNAMODB_TABLE_HOSTS=hosts",
                        "DYNAMODB_URL=http://127.0.0.1:8000",
                        "DYNAMODB_CREATE_TABLES_IN_APP=yes",
                        "DYNAMODB_READ_CAPACITY=5",
                        "DYNAMODB_WRITE_CAPACITY=10",
                        "CONNECTION_POOL_SIZE=7")
                .backend();

        assertThat(backend)
                .isEqualTo(new Settings.Backend(
                        "InFile",
                        Optional.of("InMemory"),
                        Path.of("/somewhere"),
                        Duration.ofSeconds(3),
                        Settings.FileSync.OFF,
                        Duration.ofSeconds(200),
                        Duration.ZERO,
                        Duration.ofSeconds(9),
                        new Settings.DynamoDb(
                                "hosts", Optional.of(URI.create("http://127.0.0.1:8000")), true, 5, 10, 7)));
    }

    @Test
    void everythingThatIsSetForTheClusterIsRead() {
        Settings.Cluster cluster = read(
                        "CLUSTER_NAME=staging",
                        "CLUSTER_MEMBERS=a:5701, [::1]:5702,,c",
                        "CLUSTER_HOST=a",
                        "CLUSTER_PORT=5702",
                        "CLUSTER_MIN_MEMBERS=3",
                        "JOIN_WAIT_SECONDS=4",
                        "CLUSTER_MINORITY=open",
                        "SHUTDOWN_DELAY_SECONDS=6")
                .cluster();

        assertThat(cluster)
                .isEqualTo(new Settings.Cluster(
                        "staging",
                        List.of("a:5701", "[::1]:5702", "c"),
                        "a",
                        5702,
                        "",
                        List.of(),
                        Settings.ClusterTls.NONE,
                        new Settings.Join(3, Duration.ofSeconds(4), Settings.Minority.OPEN),
                        Duration.ofSeconds(6)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "False", "FALSE", "0", "no", "off", "", " "})
    void debugIsOffByAnyWordForIt(String off) {
        assertThat(read("DEBUG=" + off).debug()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "True", "1", "yes", "on", " true "})
    void debugIsOnByAnyWordForIt(String on) {
        assertThat(read("DEBUG=" + on).debug()).isTrue();
    }

    @Test
    void emptyMeansTheDefaultForAllButDebug() {
        String[] allEmpty = Stream.of(Setting.values())
                .filter(setting -> setting != Setting.DEBUG && setting != Setting.BACKEND_STORAGE)
                .map(setting -> setting.name() + "=")
                .toArray(String[]::new);

        Settings empty = read(allEmpty);

        assertThat(empty).usingRecursiveComparison().isEqualTo(read());
    }

    @Test
    void spaceAroundAValueDoesNotCount() {
        assertThat(read("PORT= 81 ", "INSTANCE_KEY= ip_port").http().port()).isEqualTo(81);
    }
}
