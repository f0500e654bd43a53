package io.discovery.dns;

import static io.discovery.dns.DnsClient.answers;
import static io.discovery.dns.DnsClient.rcode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.member.CannotStartException;
import io.discovery.testing.Ports;
import io.discovery.testing.Program;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Message;
import org.xbill.DNS.Type;

/** Instances that are registered over HTTP and found by DNS, with the resolver of dnsjava and with dig. */
@Timeout(60)
class DnsMemberTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PORT = Ports.free(1).get(0);

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(
            Map.of("DNS_PORT", Integer.toString(PORT), "DNS_DOMAIN", "Svc.Example", "INSTANCE_KEY", "ip_port"));

    private static final DnsClient DNS = new DnsClient("127.0.0.1", PORT);

    @Test
    void aWriteIsSeenAtOnce() {
        TestClient http = MEMBER.client();
        http.register("orders", Map.of("ip", "127.0.0.2", "port", "9000"));
        assertThat(answers(DNS.ask("orders.svc.example.", Type.SRV)))
                .containsExactly("1 1 9000 127-0-0-2.addr.svc.example.");

        http.post("/v1/loadbalancing/orders/127.0.0.2", Map.of("load_balancing_weight", "42"));
        assertThat(answers(DNS.ask("orders.svc.example.", Type.SRV)))
                .containsExactly("1 42 9000 127-0-0-2.addr.svc.example.");

        http.register("orders", Map.of("ip", "::1", "port", "9001"));
        assertThat(answers(DNS.ask("orders.svc.example.", Type.AAAA))).containsExactly("0:0:0:0:0:0:0:1");

        http.delete("/v1/registration/orders/127.0.0.2");
        assertThat(answers(DNS.ask("orders.svc.example.", Type.A))).isEmpty();
        http.delete("/v1/registration/orders/::1");
        assertThat(rcode(DNS.ask("orders.svc.example.", Type.A))).isEqualTo("NXDOMAIN");
    }

    @Test
    void theServersOfTheDomainAreTheMembers() {
        Message servers = DNS.ask("svc.example.", Type.NS);

        assertThat(answers(servers)).hasSize(1).allMatch(name -> name.endsWith(".addr.svc.example."));
        String server = answers(servers).get(0);
        assertThat(answers(DNS.ask(server, Type.A))).hasSize(1);
    }

    @Test
    void untilAMemberIsOpenItSaysThatItCannotKnow() {
        int other = Ports.free(1).get(0);
        Map<String, String> waiting =
                Map.of("CLUSTER_MIN_MEMBERS", "2", "JOIN_WAIT_SECONDS", "60", "DNS_PORT", Integer.toString(other));
        try (TestMember warming = TestMember.startWithoutWaiting(waiting)) {
            warming.client().register("orders", "127.0.0.2");

            assertThat(rcode(new DnsClient("127.0.0.1", other).ask("orders.service.discovery.", Type.A)))
                    .isEqualTo("SERVFAIL");
        }
    }

    @Test
    void connectionsByTcpAreNoneOfHttps() throws IOException {
        try (Socket socket = DNS.connect(0)) {
            assertThat(socket.isConnected()).isTrue();
            assertThat(answers(DNS.askOverTcp("svc.example.", Type.SOA))).hasSize(1);

            assertThat(MEMBER.client().metric("discovery_dns_connections")).isPositive();
            assertThat(MEMBER.client().metric("discovery_connections")).isEqualTo(1);
        }
    }

    @Test
    void aTakenPortStopsTheStartWhetherByTcpOrByUdp() throws IOException {
        int taken = Ports.free(1).get(0);
        Map<String, String> settings = Map.of("DNS_PORT", Integer.toString(taken));
        try (ServerSocket tcp = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            assertThat(tcp.isBound()).isTrue();
            assertThatThrownBy(() -> TestMember.startWithoutWaiting(settings))
                    .isInstanceOf(CannotStartException.class)
                    .hasCauseInstanceOf(CannotServeDnsException.class)
                    .hasMessage("it cannot listen on HOST 127.0.0.1, DNS_PORT " + taken
                            + " (TCP): Address already in use; HOST must be an address of this machine, and no other"
                            + " process may have the port");
        }
        try (DatagramSocket udp = new DatagramSocket(taken, InetAddress.getLoopbackAddress())) {
            assertThat(udp.isBound()).isTrue();
            assertThatThrownBy(() -> TestMember.startWithoutWaiting(settings))
                    .isInstanceOf(CannotStartException.class)
                    .hasCauseInstanceOf(CannotServeDnsException.class)
                    .hasMessageContaining("DNS_PORT " + taken + " (UDP): Address already in use");
        }
    }

    @Test
    void digFindsHostsAndPortsAndAsksAgainOverTcp() {
        IntStream.range(1, 101)
                .forEach(n -> MEMBER.client().register("large", Map.of("ip", "127.0.1." + n, "port", "9000")));
        MEMBER.client().register("Digged", Map.of("ip", "127.0.0.9", "port", "9000"));

        assertThat(dig("+short", "digged.svc.example")).containsExactly("127.0.0.9");
        assertThat(dig("+short", "digged.svc.example", "SRV")).containsExactly("1 1 9000 127-0-0-9.addr.svc.example.");
        assertThat(dig("digged.svc.example"))
                .anyMatch(line -> line.contains("status: NOERROR"))
                .anyMatch(line -> line.contains("flags: qr aa rd;"))
                .noneMatch(line -> line.contains("malformed"));
        assertThat(dig("nobody.svc.example")).anyMatch(line -> line.contains("status: NXDOMAIN"));
        assertThat(dig("+short", "large.svc.example")).hasSize(100);
        assertThat(dig("large.svc.example"))
                .anyMatch(line -> line.contains("Truncated, retrying in TCP mode"))
                .anyMatch(line -> line.contains("ANSWER: 100,"));
    }

    private static List<String> dig(String... what) {
        Stream<String> command = Stream.of(
                Tools.require("dig").toString(), "@127.0.0.1", "-p", Integer.toString(PORT), "+tries=1", "+time=5");
        return Program.of(Stream.concat(command, Stream.of(what)).toList())
                .run(PATIENCE)
                .succeeded()
                .output()
                .lines()
                .toList();
    }
}
