package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.discovery.testing.TestMember;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The counts of a member's last second, which it sends to statsd as it stops. */
@Isolated("the member has to stop within the second between two datagrams")
class LastCountsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CLUSTER = "last-counts";

    @AutoClose
    private final DatagramSocket statsd = socket();

    private static DatagramSocket socket() {
        try {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return socket;
        } catch (SocketException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void lastCountsAreSentOnceTheMemberHasLeftItsCluster() {
        TestMember member = TestMember.start(Map.of(
                "CLUSTER_NAME",
                CLUSTER,
                "STATSD_HOST",
                "127.0.0.1",
                "STATSD_PORT",
                Integer.toString(statsd.getLocalPort())));
        member.client().register("first", "127.0.0.1");
        receive();

        member.client().register("last", "127.0.0.1");
        CompletableFuture<Boolean> isInCluster = CompletableFuture.supplyAsync(() -> {
            receive();
            return isInCluster();
        });
        member.close();

        assertThat(isInCluster).succeedsWithin(PATIENCE).isEqualTo(false);
    }

    private void receive() {
        try {
            statsd.receive(new DatagramPacket(new byte[1_500], 1_500));
        } catch (IOException nothing) {
            throw new UncheckedIOException(nothing);
        }
    }

    private static boolean isInCluster() {
        return Hazelcast.getAllHazelcastInstances().stream().anyMatch(LastCountsTest::isOfThisTest);
    }

    private static boolean isOfThisTest(HazelcastInstance instance) {
        try {
            return CLUSTER.equals(instance.getCluster().getLocalMember().getAttribute("CLUSTER_NAME"));
        } catch (HazelcastInstanceNotActiveException ended) {
            return false;
        }
    }
}
