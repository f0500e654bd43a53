package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.HeartbeatUnit;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.Program;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import io.discovery.testing.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The heartbeat of a host as it is shipped, as a systemd unit, with real members. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class HeartbeatIT {

    private static final String SERVICE = "payments";
    private static final String HOST = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    @Test
    void aHostIsRegisteredWhereverTheRegistryGoesAndRemovedWhenItsUnitStops() {
        Tools.require("curl");
        MemberProcess member = MemberProcess.start(Map.of());
        try (HeartbeatUnit unit = HeartbeatUnit.start(settings(member.port()))) {
            awaitListed(member.client());
            assertThat(member.client().get("/v1/registration/payments/" + HOST).body())
                    .contains("\"port\": 9000", "\"revision\": \"4711\"", "\"instance_id\": \"i-1\"");
            String first = member.client().get("/v1/registration/payments").body();
            await().atMost(PATIENCE)
                    .until(() -> !member.client()
                            .get("/v1/registration/payments")
                            .body()
                            .equals(first));

            member.kill();
            await().atMost(PATIENCE)
                    .until(() -> unit.log()
                                    .lines()
                                    .filter(line -> line.contains(" 000"))
                                    .count()
                            > 1);
            assertThat(unit.isAlive()).isTrue();

            try (MemberProcess back = MemberProcess.start(Map.of("PORT", Integer.toString(member.port())))) {
                awaitListed(back.client());

                unit.terminate();
                assertThat(unit.awaitExit()).as(unit.log()).isZero();
                assertThat(back.client().hosts(SERVICE)).isEmpty();
            }
        } finally {
            member.close();
        }
    }

    @Test
    void theNextUrlIsTriedAndAUnitThatCannotReachAnyEndsAllTheSame() {
        Tools.require("curl");
        String nobody = "http://127.0.0.1:" + Ports.free(1).get(0);
        try (TestMember member = TestMember.start(Map.of("INSTANCE_KEY", "ip_port"))) {
            Map<String, String> settings = new HashMap<>(settings(member.port()));
            settings.put("DISCOVERY_URL", nobody + " http://127.0.0.1:" + member.port());
            settings.put("INSTANCE_KEY", "ip_port");
            // Not given, so that it is this machine alone.
            settings.put("IP", "");
            // The signal must not wait for that.
            settings.put("INTERVAL", "600");
            member.client().register(SERVICE, Map.of("ip", HOST, "port", "9001"));
            try (HeartbeatUnit unit = HeartbeatUnit.start(settings)) {
                await().atMost(PATIENCE)
                        .until(() -> member.client()
                                .get("/v1/registration/payments")
                                .body()
                                .contains("\"port\": 9000"));

                unit.terminate();
                assertThat(unit.awaitExit()).as(unit.log()).isZero();
            }
            assertThat(member.client()
                            .get("/v1/registration/payments/127.0.0.1")
                            .body())
                    .as("the other process on this address")
                    .contains("\"port\": 9001");

            settings.put("DISCOVERY_URL", nobody);
            try (HeartbeatUnit unit = HeartbeatUnit.start(settings)) {
                await().atMost(PATIENCE).until(() -> unit.log().contains(nobody));

                unit.terminate();
                assertThat(unit.awaitExit()).as(unit.log()).isZero();
                assertThat(unit.log()).contains("may be listed until its lease ends");
            }
        }
    }

    @Test
    void withoutASettingItSaysWhichAndEnds() {
        Tools.require("curl");
        for (String setting : new String[] {"SERVICE", "PORT", "REVISION", "TAGS"}) {
            try (HeartbeatUnit unit = HeartbeatUnit.start(Map.of(setting, ""))) {
                assertThat(unit.awaitExit()).isNotZero();
                assertThat(unit.log()).contains(setting + ": parameter");
            }
        }
    }

    @Test
    void systemdFindsNoFaultWithTheUnit() throws Exception {
        String systemd = Tools.require("systemd-analyze").toString();

        ProgramRun run = Program.of(systemd, "verify", HeartbeatUnit.copyTo(dir).toString())
                .run(PATIENCE);

        // It also reports the units that are installed, and does not fail because of an unknown key.
        assertThat(run.output() + run.errors()).doesNotContain("discovery-heartbeat");
    }

    private static Map<String, String> settings(int port) {
        return Map.of("DISCOVERY_URL", "http://127.0.0.1:" + port, "INTERVAL", "1");
    }

    private static void awaitListed(TestClient client) {
        await().atMost(PATIENCE).until(() -> client.hosts(SERVICE).contains(HOST));
    }
}
