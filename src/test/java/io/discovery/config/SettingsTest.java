package io.discovery.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.discovery.config.Settings.InstanceKeyMode;
import io.discovery.model.IpAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final BackendNames BACKENDS = BackendNames.of("InFile", "InMemory");

    @TempDir
    private Path dir;

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
        assertThat(settings.registry().hostTtl()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.registry().instanceKey()).isEqualTo(InstanceKeyMode.IP);
        assertThat(settings.logLevel()).isEqualTo("DEBUG");
        assertThat(settings.debug()).isTrue();
        assertThat(settings.statsd().host()).isEqualTo("localhost");
        assertThat(settings.statsd().port()).isEqualTo(8125);
        assertThat(settings.dns()).isEqualTo(new Settings.Dns("0.0.0.0", 0, "service.discovery"));
        assertThat(settings.dns().isOn()).isFalse();
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
                        "HOST_TTL",
                        "INSTANCE_KEY",
                        "BACKEND_STORAGE",
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
                        "CLUSTER_MIN_MEMBERS",
                        "JOIN_WAIT_SECONDS",
                        "CLUSTER_MINORITY",
                        "MAX_CONNECTIONS",
                        "REQUEST_DEADLINE_MS",
                        "SHUTDOWN_DELAY_SECONDS",
                        "AUTO_IP_CIDRS",
                        "EXPIRY_PROTECTION",
                        "CACHE_TYPE",
                        "CACHE_TTL",
                        "APPLICATION_ENV",
                        "DEBUG",
                        "LOG_LEVEL",
                        "DNS_PORT",
                        "DNS_DOMAIN",
                        "STATSD_HOST",
                        "STATSD_PORT",
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
        assertThat(settings.registry().hostTtl()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.registry().instanceKey()).isEqualTo(InstanceKeyMode.IP_PORT);
        assertThat(settings.logLevel()).isEqualTo("INFO");
        assertThat(settings.statsd()).isEqualTo(new Settings.Statsd("stats", 0));
    }

    @Test
    void everythingThatIsSetForDnsIsRead() {
        Settings.Dns dns =
                read("HOST=::1", "DNS_PORT=53", "DNS_DOMAIN=Svc_1.Example-2.").dns();

        assertThat(dns).isEqualTo(new Settings.Dns("::1", 53, "svc_1.example-2"));
        assertThat(dns.isOn()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "a..b", ".a", "a b", "ä", "a.b..", "*.a"})
    void whatIsNoDomainIsRefused(String domain) {
        assertThat(faults("DNS_DOMAIN=" + domain))
                .containsExactly("DNS_DOMAIN: given '" + domain
                        + "', expected a domain of at most 128 characters, such as service.discovery");
    }

    @Test
    void aDomainLeavesRoomForNames() {
        assertThat(read("DNS_DOMAIN=" + "a.".repeat(63) + "bc").dns().domain()).hasSize(128);
        assertThat(faults("DNS_DOMAIN=" + "a.".repeat(63) + "bcd")).hasSize(1);
    }

    @Test
    void everythingThatIsSetForTheBackendIsRead() {
        Settings.Backend backend = read(
                        "BACKEND_STORAGE=InFile",
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
    void postponedHeartbeatsAreALittleOfTheLease() {
        assertThat(read("HOST_TTL=10").backend().heartbeat()).isEqualTo(Duration.ofMillis(2_500));
        assertThat(faults("HOST_TTL=600", "WRITE_BEHIND_HEARTBEAT_SECONDS=201"))
                .containsExactly("WRITE_BEHIND_HEARTBEAT_SECONDS: given '201', expected an integer from 0 to 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8000", "ftp://127.0.0.1", "http://", "http:// x", "127.0.0.1"})
    void anEndpointThatIsNoUrlIsRefused(String url) {
        assertThat(faults("DYNAMODB_URL=" + url))
                .containsExactly(
                        "DYNAMODB_URL: given '" + url
                                + "', expected a URL such as http://127.0.0.1:8000 or https://dynamodb.us-east-1.amazonaws.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DYNAMODB_URL=ftp://me:secret@127.0.0.1",
                "DYNAMODB_URL=http//me:secret@127.0.0.1",
                "DYNAMODB_URL=http://me:sec ret@127.0.0.1",
                "PORT=http://me:secret@127.0.0.1",
                "CLUSTER_MEMBERS=http://me:secret@127.0.0.1",
            })
    void noFaultTellsAPassword(String setting) {
        assertThat(faults(setting))
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(fault).contains("…@127.0.0.1").doesNotContain("sec"));
    }

    @Test
    void capacityIsGivenWholeOrNotAtAll() {
        assertThat(faults("DYNAMODB_READ_CAPACITY=5"))
                .containsExactly("DYNAMODB_WRITE_CAPACITY: given '', expected an integer from 1 to 1000000");
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
                        new Settings.Join(3, Duration.ofSeconds(4), Settings.Minority.OPEN),
                        Duration.ofSeconds(6)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        PORT=65536                    | PORT: given '65536', expected an integer from 0 to 65535
        PORT=-1                       | PORT: given '-1', expected an integer from 0 to 65535
        PORT=http                     | PORT: given 'http', expected an integer from 0 to 65535
        HOST_TTL=0                    | HOST_TTL: given '0', expected an integer from 1 to 2592000
        HOST_TTL=1.5                  | HOST_TTL: given '1.5', expected an integer from 1 to 2592000
        HOST_TTL=9999999999           | HOST_TTL: given '9999999999', expected an integer from 1 to 2592000
        INSTANCE_KEY=host             | INSTANCE_KEY: given 'host', expected ip or ip_port
        BACKEND_STORAGE=Redis         | BACKEND_STORAGE: given 'Redis', expected InFile or InMemory
        BACKEND_STORAGE=infile        | BACKEND_STORAGE: given 'infile', expected InFile or InMemory
        WRITE_BEHIND_SECONDS=0        | WRITE_BEHIND_SECONDS: given '0', expected an integer from 1 to 3600
        FILE_SYNC=sometimes           | FILE_SYNC: given 'sometimes', expected on or off
        WARMUP_SECONDS=soon           | WARMUP_SECONDS: given 'soon', expected an integer from 0 to 2592000
        CLUSTER_MEMBERS=a:5701,b:port | CLUSTER_MEMBERS: given 'b:port', expected host:port, comma separated
        CLUSTER_PORT=0                | CLUSTER_PORT: given '0', expected an integer from 1 to 65535
        CLUSTER_MIN_MEMBERS=0         | CLUSTER_MIN_MEMBERS: given '0', expected an integer from 1 to 1000
        CLUSTER_MINORITY=serve        | CLUSTER_MINORITY: given 'serve', expected refuse or open
        JOIN_WAIT_SECONDS=-1          | JOIN_WAIT_SECONDS: given '-1', expected an integer from 0 to 86400
        REQUEST_DEADLINE_MS=0         | REQUEST_DEADLINE_MS: given '0', expected an integer from 1 to 60000
        SHUTDOWN_DELAY_SECONDS=3601   | SHUTDOWN_DELAY_SECONDS: given '3601', expected an integer from 0 to 3600
        AUTO_IP_CIDRS=10.0.0.0        | AUTO_IP_CIDRS: given '10.0.0.0', expected networks such as 192.168.0.0/16, comma separated
        EXPIRY_PROTECTION=yes         | EXPIRY_PROTECTION: given 'yes', expected on or off
        CACHE_TYPE=redis              | CACHE_TYPE: given 'redis', expected null or simple
        CACHE_TTL=-1                  | CACHE_TTL: given '-1', expected an integer from 0 to 86400
        DEBUG=maybe                   | DEBUG: given 'maybe', expected true or false
        LOG_LEVEL=loud                | LOG_LEVEL: given 'LOUD', expected TRACE, DEBUG, INFO, WARNING, ERROR or CRITICAL
        DNS_PORT=domain               | DNS_PORT: given 'domain', expected an integer from 0 to 65535
        STATSD_PORT=65536             | STATSD_PORT: given '65536', expected an integer from 0 to 65535
        CONNECTION_POOL_SIZE=0        | CONNECTION_POOL_SIZE: given '0', expected an integer from 1 to 100000
        """)
    void aFaultNamesTheSettingWhatWasGivenAndWhatWasExpected(String variable, String fault) {
        assertThat(faults(variable)).containsExactly(fault);
    }

    @Test
    void aPathThatIsNoneIsAFault() {
        assertThat(faults("APPLICATION_DIR=a\0b")).containsExactly("APPLICATION_DIR: given 'a\0b', expected a path");
        assertThat(faults("CLUSTER_CONFIG=/no/such/file", "CLUSTER_MIN_MEMBERS=2"))
                .containsExactly("CLUSTER_CONFIG: given '/no/such/file', expected a file that can be read");
        assertThat(faults("CLUSTER_CONFIG=a\0b", "CLUSTER_MIN_MEMBERS=2"))
                .containsExactly("CLUSTER_CONFIG: given 'a\0b', expected a file that can be read");
    }

    @Test
    void allFaultsAreReportedAtOnce() {
        assertThat(faults("PORT=x", "HOST_TTL=0", "CLUSTER_MEMBERS=a:b,c:d", "DEBUG=maybe", "BACKEND_STORAGE=Redis"))
                .extracting(fault -> fault.split(":", 2)[0])
                .containsExactlyInAnyOrder(
                        "PORT", "HOST_TTL", "CLUSTER_MEMBERS", "CLUSTER_MEMBERS", "DEBUG", "BACKEND_STORAGE");
    }

    @Test
    void theMessageHasAllFaults() {
        assertThatThrownBy(() -> read("PORT=x", "HOST_TTL=0"))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContainingAll("PORT: given 'x'", "; ", "HOST_TTL: given '0'");
    }

    @Test
    void theDefaultBackendIsTheSeeds() {
        Settings settings = Settings.from(Map.of(), BackendNames.of("DynamoDB"));

        assertThat(settings.backend().storage()).isEqualTo("DynamoDB");
        assertThat(faults("BACKEND_STORAGE= "))
                .containsExactly("BACKEND_STORAGE: given 'DynamoDB', expected InFile or InMemory");
    }

    @ParameterizedTest
    @CsvSource({
        "a:5701, 1",
        "'a:5701,b:5701', 2",
        "'a:5701,b:5701,c:5701', 2",
        "'a:5701,b:5701,c:5701,d:5701', 3",
        "'a:5701,b:5701,c:5701,d:5701,e:5701', 3"
    })
    void aMajorityOfTheListedMembersIsWaitedFor(String members, int majority) {
        assertThat(read("CLUSTER_MEMBERS=" + members).cluster().join().minMembers())
                .isEqualTo(majority);
    }

    @Test
    void withAFileInPlaceOfAListItMustBeSaidHowManyAreWaitedFor() throws Exception {
        Path file = Files.createFile(dir.resolve("hazelcast.yaml"));

        assertThat(faults("CLUSTER_CONFIG=" + file))
                .containsExactly(
                        "CLUSTER_MIN_MEMBERS: given '', expected the number of members without which none opens,"
                                + " a majority of all, because CLUSTER_CONFIG does not say how many there are");
        assertThat(read("CLUSTER_CONFIG=" + file, "CLUSTER_MIN_MEMBERS=2")
                        .cluster()
                        .join()
                        .minMembers())
                .isEqualTo(2);
    }

    @Test
    void aListAndAFileContradictEachOther() throws Exception {
        Path file = Files.createFile(dir.resolve("hazelcast.yaml"));

        assertThat(faults("CLUSTER_CONFIG=" + file, "CLUSTER_MEMBERS=a:5701", "CLUSTER_MIN_MEMBERS=1"))
                .containsExactly(
                        "CLUSTER_CONFIG: given '" + file + "', expected nothing, because CLUSTER_MEMBERS is set too");
    }

    @Test
    void aMemberOfAClusterServesOnForFiveSecondsOfItsStop() throws Exception {
        Path file = Files.createFile(dir.resolve("hazelcast.yaml"));

        assertThat(read("CLUSTER_MEMBERS=a:5701").cluster().shutdownDelay()).isEqualTo(Duration.ofSeconds(5));
        assertThat(read("CLUSTER_CONFIG=" + file, "CLUSTER_MIN_MEMBERS=2")
                        .cluster()
                        .shutdownDelay())
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(read("CLUSTER_MEMBERS=a:5701", "SHUTDOWN_DELAY_SECONDS=0")
                        .cluster()
                        .shutdownDelay())
                .isZero();
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

    @Test
    void warmupFollowsTheTtlUnlessItIsSet() {
        assertThat(read("HOST_TTL=30").backend().warmup()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void theTtlOfTheCacheCountsOnlyWithTheCache() {
        assertThat(read("CACHE_TTL=7").http().cacheTtl()).isZero();
        assertThat(read("CACHE_TTL=7", "CACHE_TYPE=null").http().cacheTtl()).isZero();
        assertThat(read("CACHE_TYPE=simple").http().cacheTtl()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource({
        "192.168.0.0/16, 192.168.255.255, true",
        "192.168.0.0/16, 192.169.0.0, false",
        "192.168.0.0/16, fd00::1, false",
        "10.1.2.3/32, 10.1.2.3, true",
        "10.1.2.3/32, 10.1.2.2, false",
        "10.255.255.255/8, 10.0.0.1, true",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "128.0.0.0/1, 255.0.0.1, true",
        "fd00::/8, fdff::1, true",
        "fd00::/8, fe00::1, false",
        "::/0, ::1, true",
        "'10.0.0.0/8, fd00::/8', fd00::1, true",
        "'10.0.0.0/8,fd00::/8', 10.0.0.1, true"
    })
    void autoIpTakesAddressesOfItsNetworks(String networks, String address, boolean taken) {
        Cidrs cidrs = read("AUTO_IP_CIDRS=" + networks).http().autoIp();

        assertThat(cidrs.contains(new IpAddress(address))).isEqualTo(taken);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.168.0.0",
                "192.168.0.0/",
                "192.168.0.0/33",
                "192.168.0/16",
                "192.168.0.256/16",
                "fd00::/129",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/9999",
                "localhost/8",
                "10.0.0.0/8,nonsense",
                "10.0.0.0/8,,10.0.0.0/8"
            })
    void whatIsNoNetworkIsAFault(String networks) {
        assertThat(faults("AUTO_IP_CIDRS=" + networks))
                .containsExactly("AUTO_IP_CIDRS: given '" + networks
                        + "', expected networks such as 192.168.0.0/16, comma separated");
    }

    /** In memory, because the default backend is refused, unless a variable says otherwise. */
    private static Settings read(String... variables) {
        Map<String, String> environment = new HashMap<>(Map.of("BACKEND_STORAGE", "InMemory"));
        Arrays.stream(variables)
                .map(variable -> variable.split("=", 2))
                .forEach(variable -> environment.put(variable[0], variable[1]));
        return Settings.from(environment, BACKENDS);
    }

    private static List<String> faults(String... variables) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> read(variables))
                .faults();
    }
}
