package io.discovery.clustering;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.LoadBalancer;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.OpenLoop;
import io.discovery.testing.Ports;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Three real members behind a real load balancer with the shipped file, and what its clients feel when members go and
 * come. scripts/check-lb runs more requests, all members, and nginx.
 */
@Tag("long")
@Timeout(600)
@Isolated("checks and retries of the balancer have their times")
class LoadBalancerIT {

    private static final String MEASURED = "discovery.measure";
    private static final int RATE = Integer.getInteger("discovery.lb.rate", 100);
    /** The time that the load runs before and after the event. */
    private static final Duration CALM = Duration.ofSeconds(Boolean.getBoolean(MEASURED) ? 5 : 1);

    private static final Duration FREEZE = Duration.ofSeconds(10);
    /** The drain of a member, of which the checks of the file need 1.4 s. */
    private static final Map<String, String> SETTINGS = Map.of(
            "SHUTDOWN_DELAY_SECONDS",
            Boolean.getBoolean(MEASURED) ? "5" : "3",
            "AUTO_IP_CIDRS",
            "127.0.0.0/24",
            "TRUSTED_PROXIES",
            "127.0.0.1/32");

    private static final String LOOPBACK = "127.0.0.1";

    /** The line that HAProxy logs when the last server of those that it checks is down. */
    private static final Pattern NONE_FOR_READS = Pattern.compile("Server reads/member\\d is DOWN.* 0 active and ");

    @TempDir
    private Path dir;

    /** A step of a rolling restart, then the loss of a member: no client sees either. */
    @Test
    void clientsOfHaproxySeeNeitherARestartNorAKill() throws IOException {
        Tools.require("haproxy");
        try (TestCluster cluster = TestCluster.start(3, SETTINGS);
                LoadBalancer balancer = LoadBalancer.haproxy(cluster)) {
            assertThatMembersSeeTheClientsAddress(balancer);
            OpenLoop.Report restart = underLoad(balancer, () -> restart(cluster, 0));
            OpenLoop.Report kill = underLoad(balancer, () -> cluster.kill(1));

            assertUnharmed(restart, balancer);
            assertThat(restart.writes().failures()).as(balancer.log()).isEmpty();
            assertUnharmed(kill, balancer);
            print("haproxy, one restarted", restart);
            print("haproxy, kill -9 of one of three", kill);
        }
    }

    /** A draining member fails its checks and still serves. Members have names, as in docker-compose.cluster.yml. */
    @Test
    void clientsOfHaproxyAreServedWhileAllMembersDrain() {
        Tools.require("haproxy");
        int dnsPort = Ports.free(1).get(0);
        List<String> members = List.of("member1", "member2", "member3");
        try (MemberProcess dns = MemberProcess.start(Map.of("DNS_PORT", Integer.toString(dnsPort)));
                TestCluster cluster = TestCluster.start(3, Map.of("SHUTDOWN_DELAY_SECONDS", "30"))) {
            members.forEach(member -> dns.client().register(member, LOOPBACK));
            List<String> names = members.stream()
                    .map(member -> member + ".service.discovery")
                    .toList();
            try (LoadBalancer balancer = LoadBalancer.haproxy(cluster, names, dnsPort, dir)) {
                TestClient client = new TestClient(balancer.port());
                cluster.client(0).register("orders", "127.0.0.2");
                int before = balancer.log().length();
                for (int n = 0; n < cluster.size(); n++) {
                    cluster.member(n).stopNow();
                }
                await().until(() -> NONE_FOR_READS.matcher(balancer.log()).find(before));

                // A member that starves for longer than HAProxy waits is asked again.
                await().ignoreException(AssertionError.class)
                        .until(() -> client.hosts("orders"), Set.of("127.0.0.2")::equals);
                await().until(() -> client.answers("/v1/registration/orders?wait=10ms&index=0"));
                await().ignoreException(AssertionError.class).until(() -> {
                    client.register("orders", "127.0.0.3");
                    return true;
                });
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = MEASURED, matches = "true")
    void haproxyIsMeasured() {
        Tools.require("haproxy");
        try (TestCluster cluster = TestCluster.start(3, SETTINGS);
                LoadBalancer balancer = LoadBalancer.haproxy(cluster)) {
            measure("haproxy", cluster, balancer);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = MEASURED, matches = "true")
    void nginxIsMeasured() {
        Tools.require("nginx");
        try (TestCluster cluster = TestCluster.start(3, SETTINGS);
                LoadBalancer balancer = LoadBalancer.nginx(cluster, dir)) {
            measure("nginx", cluster, balancer);
        }
    }

    private static void measure(String name, TestCluster cluster, LoadBalancer balancer) {
        // Members that have just started compile what they run.
        underLoad(balancer, () -> BalancedLoad.pause(CALM));
        print(name + ", undisturbed", underLoad(balancer, () -> {}));
        OpenLoop.Report rolling = underLoad(balancer, () -> {
            for (int n = 0; n < cluster.size(); n++) {
                restart(cluster, n);
            }
        });
        print(name + ", rolling restart of all three", rolling);
        OpenLoop.Report kill = underLoad(balancer, () -> cluster.kill(1));
        print(name + ", kill -9 of one of three", kill);
        cluster.relaunch(1);
        cluster.awaitWhole();
        OpenLoop.Report freeze = underLoad(balancer, () -> {
            cluster.member(2).freeze();
            BalancedLoad.pause(FREEZE);
            cluster.member(2).thaw();
        });
        print(name + ", one of three stands still for 10 s", freeze);

        assertUnharmed(rolling, balancer);
        assertThat(rolling.writes().failures())
                .as("writes during a rolling restart")
                .isEmpty();
        assertUnharmed(kill, balancer);
    }

    /** The address of the client for auto_ip: not that of the balancer, and not one that the client claims. */
    private static void assertThatMembersSeeTheClientsAddress(LoadBalancer balancer) throws IOException {
        String form = TestClient.encode(TestClient.registration(Map.of("ip", "", "auto_ip", "yes")));
        String request = "POST /v1/registration/seen HTTP/1.1\r\nHost: discovery\r\nX-Forwarded-For: 127.9.9.9\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + form.length() + "\r\n\r\n"
                + form;
        try (Socket socket = new Socket(LOOPBACK, balancer.port(), InetAddress.getByName("127.0.0.77"), 0)) {
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            assertThat(RawHttp.read(socket.getInputStream(), false).code()).isEqualTo(200);
        }
        TestClient client = new TestClient(balancer.port());
        await().untilAsserted(() -> assertThat(client.hosts("seen")).containsExactly("127.0.0.77"));
    }

    private static void assertUnharmed(OpenLoop.Report report, LoadBalancer balancer) {
        assertThat(report.reads().requests()).isPositive();
        assertThat(report.writes().requests()).isPositive();
        assertThat(report.reads().failures()).as(balancer.log()).isEmpty();
    }

    private static void restart(TestCluster cluster, int n) {
        assertThat(cluster.member(n).stop()).isZero();
        MemberProcess back = cluster.relaunch(n);
        back.awaitReady();
        cluster.awaitWhole();
    }

    private static OpenLoop.Report underLoad(LoadBalancer balancer, Runnable event) {
        return new BalancedLoad(RATE, CALM).during(balancer, event);
    }

    private static void print(String what, OpenLoop.Report report) {
        System.out.printf("%s, %d requests/s: %s%n", what, RATE, report);
    }
}
