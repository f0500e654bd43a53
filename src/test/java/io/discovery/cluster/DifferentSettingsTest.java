package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.hazelcast.core.HazelcastInstance;
import io.discovery.cluster.port.MemberPort;
import io.discovery.config.BackendNames;
import io.discovery.config.Settings;
import io.discovery.testing.Ports;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Members that join with settings which should be alike, but need not be at once. */
class DifferentSettingsTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(HazelcastCluster.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void endListening() {
        logger.detachAppender(log);
    }

    @Test
    void aMemberWithoutTheExpiryProtectionOfTheOthersJoinsAndSaysSo() {
        List<Integer> ports = Ports.free(3);
        HazelcastInstance first = join("on", 0, ports);
        HazelcastInstance second = join("on", 1, ports);
        try {
            assertThat(log.list).as("members that agree").isEmpty();

            HazelcastInstance third = join("off", 2, ports);
            try {
                assertThat(third.getCluster().getMembers()).hasSize(3);
                assertThat(log.list)
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

    private static HazelcastInstance join(String protection, int n, List<Integer> ports) {
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
        return HazelcastCluster.join(settings, config -> {}, "test", new MemberPort());
    }
}
