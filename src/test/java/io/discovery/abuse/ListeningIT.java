package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.ListeningSockets;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A member listens where "Ports" of src/docs/deployment.md says, and nowhere else. */
@Tag("long")
class ListeningIT {

    /** The port of the members is of the system's choice, on 127.0.0.1. */
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

    /** The port from which counters are sent must not accept packets. */
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

    /**
     * The bytes ::ffff in hexadecimal, as the kernel has them, before the four bytes of an IPv4 address, the last one
     * first.
     */
    private static final String MAPPED = "0000000000000000FFFF0000";

    @Test
    void aMemberListensForItsPeersAtTheAddressThatIsListed() {
        List<Integer> ports = Ports.free(2);
        String members = "127.0.0.1:" + ports.get(0) + ",127.0.0.2:" + ports.get(1);
        assertThat(listenedAt(ports.get(1), Map.of("CLUSTER_MEMBERS", members))).containsExactly(MAPPED + "0200007F");
    }

    @Test
    void aMemberListensForItsPeersWhereItIsTold() {
        int port = Ports.free(1).get(0);
        String members = "127.0.0.2:" + port;
        assertThat(listenedAt(port, Map.of("CLUSTER_MEMBERS", members, "CLUSTER_HOST", "127.0.0.3")))
                .containsExactly(MAPPED + "0300007F");
        assertThat(listenedAt(port, Map.of("CLUSTER_MEMBERS", members, "CLUSTER_HOST", "0.0.0.0")))
                .containsExactly("0".repeat(32));
    }

    /** Members behind a translation of addresses. */
    @Test
    void aMemberThatIsNotListedListensForItsPeersEverywhere() {
        int port = Ports.free(1).get(0);
        assertThat(listenedAt(port, Map.of("CLUSTER_MEMBERS", "0.0.0.0:" + port)))
                .containsExactly("0".repeat(32));
    }

    @Test
    void membersOfOneMachineFindTheirAddressesInTheList() {
        int port = Ports.free(1).get(0);
        Map<String, String> environment = Map.of(
                "CLUSTER_MEMBERS",
                "127.0.0.2:" + port + ",127.0.0.3:" + port,
                "CLUSTER_PORT",
                Integer.toString(port),
                "CLUSTER_MIN_MEMBERS",
                "1");
        try (MemberProcess first = MemberProcess.start(environment);
                MemberProcess second = MemberProcess.start(environment)) {
            assertThat(ListeningSockets.addresses(first.pid(), port)).containsExactly(MAPPED + "0200007F");
            assertThat(ListeningSockets.addresses(second.pid(), port)).containsExactly(MAPPED + "0300007F");
            assertThat(second.client().metric("discovery_members")).isEqualTo(2);
        }
    }

    private static Set<String> listenedAt(int port, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("CLUSTER_PORT", Integer.toString(port));
        all.put("CLUSTER_MIN_MEMBERS", "1");
        try (MemberProcess member = MemberProcess.start(all)) {
            return ListeningSockets.addresses(member.pid(), port);
        }
    }
}
