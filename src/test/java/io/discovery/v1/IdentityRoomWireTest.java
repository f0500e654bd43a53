package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.TestClient;
import io.discovery.testing.TestIdentities;
import io.discovery.testing.TestMember;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Identities that may have so many hosts, or services, and no more. Each test has services of its own. */
class IdentityRoomWireTest {

    private static final TestIdentities IDENTITIES = TestIdentities.NONE
            .with("any", "write: ['*']")
            .with("hosts", "write: [hosts-*, hosts-of-old-*]\nlimits: {registrations: 2}")
            .with("services", "write: [services-*, services-1]\nlimits: {services: 1}")
            .with("bulk", "write: [bulk-*, bulk]\nlimits: {registrations: 3, services: 2}")
            .with("shared", "write: [shared]\nlimits: {registrations: 2}")
            .with("changing", "write: [changing-*]\nlimits: {registrations: 1}");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private static Path dir;

    private static Path file;
    private static TestMember member;

    @BeforeAll
    static void start() {
        file = IDENTITIES.write(dir.resolve("auth.yaml"));
        member = TestMember.start(Map.of("AUTH_FILE", file.toString()));
    }

    @AfterAll
    static void stop() {
        member.close();
    }

    private static TestClient as(String identity) {
        return TestIdentities.clientOf(member.client(), identity);
    }

    private static int register(String identity, String service, int host) {
        return as(identity)
                .post("/v1/registration/" + service, TestClient.registration(Map.of("ip", "127.0.0." + host)))
                .statusCode();
    }

    @Test
    void aNewHostOverTheLimitIsRefusedAndKnownOnesGoOn() {
        assertThat(register("hosts", "hosts-1", 1)).isEqualTo(200);
        assertThat(register("hosts", "hosts-of-old-1", 2)).isEqualTo(200);

        assertThat(as("hosts")
                        .post("/v1/registration/hosts-1", TestClient.registration(Map.of("ip", "127.0.0.3")))
                        .body())
                .isEqualTo(
                        "{\"error\": \"full: given 2 hosts among the services that hosts may write, expected less than 2"
                                + " (registrations of hosts in AUTH_FILE); nothing was changed. Hosts that are known are renewed,"
                                + " weighed and removed, and may come back\"}\n");
        assertThat(register("hosts", "hosts-2", 3)).isEqualTo(507);
        assertThat(as("any").metric("discovery_http_writes_failed_total{status=\"507\"}"))
                .isPositive();
        assertThat(register("hosts", "hosts-1", 1)).isEqualTo(200);
        assertThat(register("any", "hosts-1", 4))
                .as("an identity without the limit")
                .isEqualTo(200);

        assertThat(as("hosts").delete("/v1/registration/hosts-1/127.0.0.1").statusCode())
                .isEqualTo(200);
        assertThat(as("hosts").delete("/v1/registration/hosts-1/127.0.0.4").statusCode())
                .isEqualTo(200);
        await().atMost(PATIENCE).until(() -> register("hosts", "hosts-2", 3) == 200);
        assertThat(register("hosts", "hosts-1", 1)).as("removed, so new again").isEqualTo(507);
        assertThat(as("any").metric("discovery_auth_hosts_refused_total")).isPositive();
    }

    @Test
    void aNewServiceOverTheLimitIsRefusedAndNewHostsOfKnownOnesAreTaken() {
        assertThat(register("services", "services-1", 1)).isEqualTo(200);

        assertThat(register("services", "services-2", 1)).isEqualTo(507);
        assertThat(register("services", "services-1", 2)).isEqualTo(200);
    }

    @Test
    void theLimitsHoldWithinARequestOfMany() {
        String items = IntStream.rangeClosed(1, 6)
                .mapToObj(n -> "{\"service\": \"bulk" + (n < 4 ? "" : "-" + n) + "\", \"ip\": \"127.0.0." + (n % 4 + 1)
                        + "\", \"port\": 80, \"revision\": \"1\", \"tags\": " + TestClient.TAGS + "}")
                .collect(Collectors.joining(", ", "[", "]"));

        String body =
                as("bulk").post("/v1/registrations", "application/json", items).body();

        assertThat(body.split("\"status\": 200", -1)).hasSize(1 + 3);
        assertThat(body.split("\"status\": 507", -1)).hasSize(1 + 3);
        assertThat(body).contains("registrations of bulk in AUTH_FILE");
    }

    /** Otherwise a client could have more by a second identity. */
    @Test
    void hostsThatAnotherIdentityHasRegisteredCount() {
        assertThat(register("any", "shared", 1)).isEqualTo(200);
        assertThat(register("any", "shared", 2)).isEqualTo(200);

        assertThat(register("shared", "shared", 3)).isEqualTo(507);
        assertThat(register("shared", "shared", 1)).isEqualTo(200);
    }

    @Test
    void aHigherLimitCountsWhenTheFileHasChanged() {
        assertThat(register("changing", "changing-1", 1)).isEqualTo(200);
        assertThat(register("changing", "changing-1", 2)).isEqualTo(507);

        IDENTITIES
                .with("changing", "write: [changing-*]\nlimits: {registrations: 2}")
                .write(file);

        await().atMost(PATIENCE).until(() -> register("changing", "changing-1", 2) == 200);
        assertThat(register("changing", "changing-1", 3)).isEqualTo(507);
    }
}
