package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.hazelcast.core.HazelcastInstance;
import io.discovery.cluster.port.MemberPort;
import io.discovery.config.BackendNames;
import io.discovery.config.Settings;
import io.discovery.testing.CapturedLog;
import io.discovery.testing.Ports;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Members that join with settings which should be alike, but need not be at once. */
class DifferentSettingsTest {

    @AutoClose
    private final CapturedLog log = CapturedLog.of(HazelcastCluster.class);

    @Test
    void aMemberWithoutTheExpiryProtectionOfTheOthersJoinsAndSaysSo() {
        List<Integer> ports = Ports.free(3);
        HazelcastInstance first = join("on", 0, ports);
        HazelcastInstance second = join("on", 1, ports);
        try {
            assertThat(log.lines()).as("members that agree").isEmpty();

            HazelcastInstance third = join("off", 2, ports);
            try {
                assertThat(third.getCluster().getMembers()).hasSize(3);
                assertThat(log.lines())
                        .hasSize(2)
                        .allMatch(line -> line.getLevel() == Level.WARN)
                        .extracting(ILoggingEvent::getFormattedMessage)
                        .contains("127.0.0.1:" + ports.get(0)
                                + " has other settings: EXPIRY_PROTECTION: here 'off', in the cluster 'on'; give all"
                                + " members the same, or their lists may differ");
            } finally {
                third.getLifecycleService().terminate();
            }
        } finally {
            first.getLifecycleService().terminate();
            second.getLifecycleService().terminate();
        }
    }

    /** One table may have two addresses, so members with both are in one cluster. */
    @Test
    void aMemberWithATableOfTheSameNameElsewhereJoinsAndSaysSo() {
        List<Integer> ports = Ports.free(3);
        HazelcastInstance first = join("off", 0, ports, "table hosts in eu-west-1");
        HazelcastInstance older = join("off", 1, ports);
        try {
            assertThat(log.lines()).as("a member that tells no place").isEmpty();

            HazelcastInstance third = join("off", 2, ports, "table hosts at http://127.0.0.1:8000");
            try {
                assertThat(third.getCluster().getMembers()).hasSize(3);
                assertThat(log.lines())
                        .singleElement()
                        .extracting(ILoggingEvent::getFormattedMessage)
                        .isEqualTo("127.0.0.1:" + ports.get(0)
                                + " has other settings: DYNAMODB_URL: here 'table hosts at http://127.0.0.1:8000', in the"
                                + " cluster 'table hosts in eu-west-1'; give all members the same, or their lists may"
                                + " differ");
            } finally {
                third.getLifecycleService().terminate();
            }
        } finally {
            first.getLifecycleService().terminate();
            older.getLifecycleService().terminate();
        }
    }

    private static HazelcastInstance join(String protection, int n, List<Integer> ports, String... tables) {
        Settings settings = Settings.from(
                Map.of(
                        "BACKEND_STORAGE",
                        "InMemory",
                        "EXPIRY_PROTECTION",
                        protection,
                        "CLUSTER_NAME",
                        "different-settings",
                        "CLUSTER_HOST",
                        "127.0.0.1",
                        "CLUSTER_PORT",
                        Integer.toString(ports.get(n)),
                        "CLUSTER_MEMBERS",
                        "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1) + ",127.0.0.1:" + ports.get(2)),
                BackendNames.of("InMemory"));
        return HazelcastCluster.join(
                settings,
                config -> List.of(tables).forEach(place -> TablePlace.tellIn(config.getMemberAttributeConfig(), place)),
                "test",
                new MemberPort(null));
    }
}
