package io.discovery.config;

import static io.discovery.config.ReadSettings.faults;
import static io.discovery.config.ReadSettings.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes of an operator: each fault names the setting, its value and what was expected. */
class SettingFaultsTest {

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
        BACKEND_STORAGE_BEFORE=InMemory | BACKEND_STORAGE_BEFORE: given 'InMemory', expected another one than BACKEND_STORAGE, or nothing
        BACKEND_STORAGE_BEFORE=InFlie | BACKEND_STORAGE_BEFORE: given 'InFlie', expected InFile or InMemory
        BACKEND_STORAGE=infile        | BACKEND_STORAGE: given 'infile', expected InFile or InMemory
        WRITE_BEHIND_SECONDS=0        | WRITE_BEHIND_SECONDS: given '0', expected an integer from 1 to 3600
        CONSOLE=maybe                 | CONSOLE: given 'maybe', expected on or off
        FILE_SYNC=sometimes           | FILE_SYNC: given 'sometimes', expected on or off
        WARMUP_SECONDS=soon           | WARMUP_SECONDS: given 'soon', expected an integer from 0 to 2592000
        CLUSTER_MEMBERS=a:5701,b:port | CLUSTER_MEMBERS: given 'b:port', expected host:port, comma separated
        CLUSTER_MEMBERS=a:5701,b:65536 | CLUSTER_MEMBERS: given 'b:65536', expected host:port, comma separated, each port from 1 to 65535
        CLUSTER_MEMBERS=[::1]:99999   | CLUSTER_MEMBERS: given '[::1]:99999', expected host:port, comma separated, each port from 1 to 65535
        CLUSTER_MEMBERS=a:0           | CLUSTER_MEMBERS: given 'a:0', expected host:port, comma separated, each port from 1 to 65535
        CLUSTER_MEMBERS=,             | CLUSTER_MEMBERS: given ',', expected host:port, comma separated
        CLUSTER_PORT=0                | CLUSTER_PORT: given '0', expected an integer from 1 to 65535
        CLUSTER_MIN_MEMBERS=0         | CLUSTER_MIN_MEMBERS: given '0', expected an integer from 1 to 1000
        PLAIN_PORT=8081               | PLAIN_PORT: given '8081', expected nothing, because TLS_CERT is not set
        TRUSTED_PROXIES=127.0.0.1     | TRUSTED_PROXIES: given '127.0.0.1', expected networks such as 192.168.0.0/16, comma separated
        DNS_ALLOW=::/0,10.0.0.1       | DNS_ALLOW: given '::/0,10.0.0.1', expected networks such as 192.168.0.0/16, comma separated
        TRUSTED_PROXIES=,             | TRUSTED_PROXIES: given ',', expected networks such as 192.168.0.0/16, comma separated
        DNS_ALLOW=, ,                 | DNS_ALLOW: given ', ,', expected networks such as 192.168.0.0/16, comma separated
        DNS_ALLOW=,,                  | DNS_ALLOW: given ',,', expected networks such as 192.168.0.0/16, comma separated
        CLUSTER_ENDPOINTS=,           | CLUSTER_ENDPOINTS: given ',', expected client, rest, memcache or wan, comma separated
        TLS_KEY=key.pem               | TLS_KEY: given 'key.pem', expected nothing, because TLS_CERT is not set
        TLS_CLIENT_AUTH=require       | TLS_CLIENT_AUTH: given 'require', expected off or nothing, because TLS_CERT is not set
        TLS_CLIENT_AUTH=request       | TLS_CLIENT_AUTH: given 'request', expected off or nothing, because TLS_CERT is not set
        CLUSTER_TLS_KEY=key.pem       | CLUSTER_TLS_KEY: given 'key.pem', expected nothing, because CLUSTER_TLS_CERT is not set
        CLUSTER_TLS_CA=/tls/ca        | CLUSTER_TLS_CA: given '/tls/ca', expected nothing, because CLUSTER_TLS_CERT is not set
        CLUSTER_TLS_NAME=members      | CLUSTER_TLS_NAME: given 'members', expected nothing, because CLUSTER_TLS_CERT is not set
        TLS_CLIENT_AUTH=yes           | TLS_CLIENT_AUTH: given 'yes', expected off, request or require
        CLUSTER_ENDPOINTS=rest,http   | CLUSTER_ENDPOINTS: given 'http', expected client, rest, memcache or wan, comma separated
        CLUSTER_TLS=tls               | CLUSTER_TLS: given 'tls', expected off, accept or on
        CLUSTER_MINORITY=serve        | CLUSTER_MINORITY: given 'serve', expected refuse or open
        JOIN_WAIT_SECONDS=-1          | JOIN_WAIT_SECONDS: given '-1', expected an integer from 0 to 86400
        REQUEST_DEADLINE_MS=0         | REQUEST_DEADLINE_MS: given '0', expected an integer from 1 to 60000
        SHUTDOWN_DELAY_SECONDS=3601   | SHUTDOWN_DELAY_SECONDS: given '3601', expected an integer from 0 to 3600
        AUTO_IP_CIDRS=10.0.0.0        | AUTO_IP_CIDRS: given '10.0.0.0', expected networks such as 192.168.0.0/16, comma separated
        EXPIRY_PROTECTION=yes         | EXPIRY_PROTECTION: given 'yes', expected on or off
        AUDIT_MAX_BYTES=99999         | AUDIT_MAX_BYTES: given '99999', expected an integer from 100000 to 999999999
        AUDIT_KEEP_DAYS=0             | AUDIT_KEEP_DAYS: given '0', expected an integer from 1 to 36500
        AUDIT_KEEP_FILES=0            | AUDIT_KEEP_FILES: given '0', expected an integer from 1 to 10000
        AUDIT_ON_FAILURE=stop         | AUDIT_ON_FAILURE: given 'stop', expected continue or refuse
        CACHE_TYPE=redis              | CACHE_TYPE: given 'redis', expected null or simple
        CACHE_TTL=-1                  | CACHE_TTL: given '-1', expected an integer from 0 to 86400
        DEBUG=maybe                   | DEBUG: given 'maybe', expected true or false
        LOG_LEVEL=loud                | LOG_LEVEL: given 'LOUD', expected TRACE, DEBUG, INFO, WARNING, ERROR or CRITICAL
        LOG_FORMAT=JSON               | LOG_FORMAT: given 'JSON', expected text or json
        DNS_PORT=domain               | DNS_PORT: given 'domain', expected an integer from 0 to 65535
        STATSD_PORT=65536             | STATSD_PORT: given '65536', expected an integer from 0 to 65535
        CONNECTION_POOL_SIZE=0        | CONNECTION_POOL_SIZE: given '0', expected an integer from 1 to 100000
        """)
    void aFaultNamesTheSettingWhatWasGivenAndWhatWasExpected(String variable, String fault) {
        assertThat(faults(variable)).containsExactly(fault);
    }

    @Test
    void membersDoNotMoveFromOneSharedBackendToAnother() {
        Map<String, String> environment = Map.of("BACKEND_STORAGE", "Redis", "BACKEND_STORAGE_BEFORE", "DynamoDB");

        assertThatThrownBy(() -> Settings.from(environment, BackendNames.of("DynamoDB", "InFile", "Redis")))
                .hasMessageContaining(
                        "BACKEND_STORAGE_BEFORE: given 'DynamoDB', expected InFile or InMemory: between two"
                                + " that members share, move by InFile");
    }

    @Test
    void aPathThatIsNoneIsAFault() {
        assertThat(faults("APPLICATION_DIR=a\0b")).containsExactly("APPLICATION_DIR: given 'a\0b', expected a path");
        assertThat(faults("CLUSTER_CONFIG=/no/such/file", "CLUSTER_MIN_MEMBERS=2"))
                .containsExactly("CLUSTER_CONFIG: given '/no/such/file', expected a file that can be read");
        assertThat(faults("CLUSTER_CONFIG=a/\0b", "CLUSTER_MIN_MEMBERS=2"))
                .containsExactly("CLUSTER_CONFIG: given 'a/\0b', expected a file that can be read");
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
}
