package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.discovery.cluster.ClusterClock.Reading;
import io.discovery.testing.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three real members, of which each has a clock that the test makes wrong. */
class OldestMemberClockTest {

    private static final long HOUR = 3_600_000_000L;

    /** The distance of each member's clock behind that of the one before it, so that a reading shows who told it. */
    private static final long APART = 10_000_000L;

    private final List<HazelcastInstance> members = new ArrayList<>();
    private final List<OldestMemberClock> references = new ArrayList<>();
    private final List<AtomicReference<Reading>> told = new ArrayList<>();
    private final List<ClusterClock> clocks = new ArrayList<>();

    @AfterEach
    void end() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    @Test
    void whoIsFarAheadTellsNobodyTheTime() {
        start(3);
        assertThat(references.get(0).look()).isInstanceOf(Reading.Self.class);
        assertThat(references.get(1).look()).isInstanceOf(Reading.Peer.class);

        isFarAhead(0);
        assertThat(references.get(0).look())
                .as("the next one tells the oldest")
                .isInstanceOfSatisfying(
                        Reading.Peer.class,
                        peer -> assertThat(peer.micros())
                                .isGreaterThan(clocks.get(2).nowMicros())
                                .isLessThanOrEqualTo(clocks.get(1).nowMicros()));
        assertThat(references.get(1).look()).isInstanceOf(Reading.Self.class);
        assertThat(references.get(2).look()).isInstanceOf(Reading.Peer.class);

        isFarAhead(1);
        assertThat(references.get(1).look()).isInstanceOf(Reading.Peer.class);
        assertThat(references.get(2).look()).isInstanceOf(Reading.Self.class);
    }

    @Test
    void ifAllAreFarAheadTheOldestFollowsItselfAndNobodyAnother() {
        start(2);
        isFarAhead(0);
        isFarAhead(1);

        assertThat(references.get(0).look()).isInstanceOf(Reading.Self.class);
        assertThat(references.get(1).look()).isInstanceOf(Reading.None.class);
    }

    private void isFarAhead(int n) {
        ClusterClock clock = clocks.get(n);
        told.get(n).set(new Reading.Peer(System.nanoTime(), clock.nowMicros() - HOUR, 0));
        clock.adjust();
        assertThat(clock.isFarAhead()).isTrue();
    }

    private void start(int count) {
        String name = UUID.randomUUID().toString();
        List<Integer> ports = Ports.free(count);
        for (int n = 0; n < count; n++) {
            long behind = n * APART;
            HazelcastInstance member = Hazelcast.newHazelcastInstance(config(name, ports, n));
            members.add(member);
            OldestMemberClock reference = new OldestMemberClock(member);
            AtomicReference<Reading> reading = new AtomicReference<>(new Reading.Self());
            ClusterClock clock = new ClusterClock(
                    () -> Objects.requireNonNull(reading.get()),
                    () -> OldestMemberClock.wallMicros() - behind,
                    System::nanoTime,
                    n,
                    Duration.ofSeconds(10));
            reference.answer(clock);
            references.add(reference);
            told.add(reading);
            clocks.add(clock);
        }
    }

    private static Config config(String name, List<Integer> ports, int n) {
        Config config = new Config().setClusterName(name);
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        var network = config.getNetworkConfig().setPort(ports.get(n)).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true);
        ports.forEach(port -> network.getJoin().getTcpIpConfig().addMember("127.0.0.1:" + port));
        OldestMemberClock.configure(config);
        return config;
    }
}
