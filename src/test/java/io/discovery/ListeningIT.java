package io.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.ListeningSockets;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A member listens where README's "Ports" says, and nowhere else. */
class ListeningIT {

    /** Its members' port is of the system's choice, on 127.0.0.1. */
    @Test
    void aMemberThatStandsAloneListensForClientsAndOnOnePortThatNoOtherMachineReaches() {
        try (MemberProcess member = MemberProcess.start(Map.of())) {
            assertThat(ListeningSockets.of(member.pid())).hasSize(2).contains("tcp " + member.port());
        }
    }

    @Test
    void aMemberWithDnsListensThereToo() {
        int dns = Ports.free(1).get(0);
        try (MemberProcess member = MemberProcess.start(Map.of("DNS_PORT", Integer.toString(dns)))) {
            assertThat(ListeningSockets.of(member.pid()))
                    .hasSize(4)
                    .contains("tcp " + member.port(), "tcp " + dns, "udp " + dns);
        }
    }

    @Test
    void membersOfAClusterListenForClientsAndForEachOther() {
        try (TestCluster cluster = TestCluster.start(2, Map.of())) {
            for (int n = 0; n < 2; n++) {
                cluster.client(n).register("listening", "127.0.0.1");
                assertThat(ListeningSockets.of(cluster.member(n).pid()))
                        .containsExactlyInAnyOrder(
                                "tcp " + cluster.member(n).port(),
                                "tcp " + cluster.environment(n).get("CLUSTER_PORT"));
            }
        }
    }

    /** Counters are sent from a port, which must not become one that all may send to. */
    @Test
    void aMemberThatSendsCountersListensNowhereElse() throws IOException {
        try (DatagramSocket statsd = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                MemberProcess member = MemberProcess.start(
                        Map.of("STATSD_HOST", "127.0.0.1", "STATSD_PORT", Integer.toString(statsd.getLocalPort())))) {
            statsd.setSoTimeout(10_000);
            member.client().register("counted", "127.0.0.1");
            statsd.receive(new DatagramPacket(new byte[1_500], 1_500));

            assertThat(ListeningSockets.of(member.pid())).hasSize(2).contains("tcp " + member.port());
        }
    }
}
