package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.discovery.cluster.port.MemberPort;
import io.discovery.config.BackendNames;
import io.discovery.config.Settings;
import io.discovery.testing.Ports;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Real members of different versions of the program. */
class WireVersionTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("com.hazelcast");
    private final Lines log = new Lines();
    private final List<Integer> ports = Ports.free(2);
    private @Nullable Level usual;

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        usual = logger.getLevel();
        // As in the program.
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void endListening() {
        logger.setLevel(usual);
        logger.detachAppender(log);
    }

    @Test
    void membersWhoseFormatsAreOneApartAreOneCluster() {
        HazelcastInstance older = join(new WireVersion("2.1", 5), 0);
        try {
            HazelcastInstance newer = join(new WireVersion("2.2", 6), 1);
            assertThat(older.getCluster().getMembers()).hasSize(2);
            newer.getLifecycleService().terminate();
        } finally {
            older.getLifecycleService().terminate();
        }
    }

    @Test
    void membersWhoseFormatsAreFurtherApartRefuseEachOtherAndBothNameBothVersions() {
        HazelcastInstance older = join(new WireVersion("2.1", 5), 0);
        try {
            assertThatThrownBy(() -> join(new WireVersion("2.3", 7), 1)).isInstanceOf(ClusterException.class);

            String ours = "discovery 2.1 here and 2.3 there do not understand each other (format 5 and 7)";
            assertThat(log.texts)
                    .anyMatch(line -> line.contains("127.0.0.1]:" + ports.get(0)) && line.contains(ours))
                    .anyMatch(line -> line.contains("127.0.0.1]:" + ports.get(1)) && line.contains(ours));
            assertThat(older.getCluster().getMembers()).hasSize(1);
        } finally {
            older.getLifecycleService().terminate();
        }
    }

    /** As all members did before there were formats. */
    @Test
    void aMemberLeavesThoseThatNameNoFormat() {
        HazelcastInstance former =
                Hazelcast.newHazelcastInstance(HazelcastConfig.of(settings(0).cluster()));
        try {
            assertThatThrownBy(() -> join(WireVersion.of("2.2"), 1))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("this member cannot be in one cluster with 127.0.0.1:" + ports.get(0))
                    .hasMessageContaining("discovery 2.2 here and ? there")
                    .hasMessageContaining("format 1 and none");
        } finally {
            former.getLifecycleService().terminate();
        }
    }

    private HazelcastInstance join(WireVersion version, int n) {
        return HazelcastCluster.join(settings(n), config -> {}, version, new MemberPort(null));
    }

    private Settings settings(int n) {
        return Settings.from(
                Map.of(
                        "BACKEND_STORAGE",
                        "InMemory",
                        "CLUSTER_HOST",
                        "127.0.0.1",
                        "CLUSTER_PORT",
                        Integer.toString(ports.get(n)),
                        "CLUSTER_MEMBERS",
                        "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1)),
                BackendNames.of("InMemory"));
    }

    /** The lines that Hazelcast logs, on any thread. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {

        private final Queue<String> texts = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            texts.add(event.getFormattedMessage());
        }
    }
}
