package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.ClientIdentity;
import io.discovery.testing.LoadBalancer;
import io.discovery.testing.Ports;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestAuthority.Issued;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.TestIdentities;
import io.discovery.testing.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * All certificates, all authorities and the tokens of three members change as src/docs/security.md says, while clients
 * read and write by HTTPS through HAProxy, and members restart. No client that is let in notices.
 */
@Tag("long")
@Timeout(300)
@Isolated("checks of the balancer have their times")
class RotationIT {

    private static final int MEMBERS = 3;
    private static final TestIdentities IDENTITIES =
            TestIdentities.NONE.with("agents", "write: [steady]").with("operator", "admin: true");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, String> SETTINGS = Map.of(
            "SHUTDOWN_DELAY_SECONDS", "5",
            // A slow machine shows no fault of a rotation.
            "REQUEST_DEADLINE_MS", "10000");

    @TempDir
    Path dir;

    private Sides members;
    private Sides servers;
    private Sides clients;
    private TestAuthority probes;

    /** An authority, and the one that takes its place. */
    private record Sides(TestAuthority before, TestAuthority after) {

        static Sides in(Path dir, String name) {
            return new Sides(new TestAuthority(dir, name + "-before"), new TestAuthority(dir, name + "-after"));
        }
    }

    @BeforeEach
    void authorities() {
        members = Sides.in(dir, "members");
        servers = Sides.in(dir, "servers");
        clients = Sides.in(dir, "clients");
        probes = new TestAuthority(dir, "probes");
    }

    @Test
    void noClientNoticesThatCertificatesAuthoritiesAndTokensChange() {
        Tools.require("haproxy");
        Issued client = clients.before().issue("client", Form.member().named("client"));
        ClientIdentity first = ClientIdentity.believing(servers.before()).showing(client);
        Map<String, String> checks = Map.of(
                "CHECK_PEM", probes.issue("checks", Form.member()).inOneFile().toString());
        try (TestCluster cluster = TestCluster.prepare(MEMBERS, this::settings)) {
            cluster.sendWithEach("Authorization", "Bearer " + TestIdentities.tokenOf("operator"));
            for (int n = 0; n < MEMBERS; n++) {
                cluster.launchNext();
            }
            cluster.awaitWhole();
            try (LoadBalancer balancer = LoadBalancer.haproxyForTls(cluster, checks, port -> !first.isRefusedAt(port));
                    HttpsLoad load = HttpsLoad.start(
                            balancer.port(), first, TestIdentities.tokenOf("agents"), cluster.client(0));
                    MembersSeen seen = MembersSeen.by(cluster)) {
                changeMembers(cluster, seen);
                changeServers(cluster, load, first, seen);
                changeClients(cluster, load);
                changeTokens(cluster, load);
                seen.during(() -> restart(cluster, 2));
                int atTheEnd = load.requests();
                await().atMost(PATIENCE).until(() -> load.requests() > atTheEnd + 100);

                System.out.printf(
                        "rotation: %d requests on %d connections, %d failed; %d looks at the members%n",
                        load.requests(), load.connections(), load.failures().size(), seen.looks());
                assertThat(load.failures()).as(balancer.log()).isEmpty();
                assertThat(seen.missing()).isEmpty();
                assertThatThoseOfBeforeAreOut(cluster, first);
            }
        }
    }

    private Map<String, String> settings(int n) {
        believe("members-" + n, members.before());
        believe("clients-" + n, clients.before(), probes);
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(members.before().issue("member-" + n, Form.member()).memberSettings());
        settings.putAll(servers.before().issue("server-" + n, Form.server()).httpsSettings());
        settings.put("CLUSTER_TLS_CA", trust("members-" + n).toString());
        settings.put("TLS_CLIENT_CA", trust("clients-" + n).toString());
        settings.put("AUTH_FILE", IDENTITIES.write(identities(n)).toString());
        settings.put("PLAIN_PORT", Integer.toString(Ports.free(1).get(0)));
        return settings;
    }

    private Path identities(int n) {
        return dir.resolve("identities-" + n + ".yaml");
    }

    private Path trust(String name) {
        return dir.resolve(name + ".believed");
    }

    private void believe(String name, TestAuthority... authorities) {
        TestAuthority.replace(
                trust(name), Stream.of(authorities).map(TestAuthority::text).collect(Collectors.joining()));
    }

    private void changeMembers(TestCluster cluster, MembersSeen seen) {
        ClientIdentity member = ClientIdentity.believing(members.before(), members.after());
        ClientIdentity before = member.showing(members.before().issue("peer-before", Form.member()));
        ClientIdentity after = member.showing(members.after().issue("peer-after", Form.member()));
        for (int n = 0; n < MEMBERS; n++) {
            believe("members-" + n, members.before(), members.after());
            awaitAccepted(after, clusterPort(cluster, n));
        }
        for (int n = 0; n < MEMBERS; n++) {
            awaitShown(members.after().issue("member-" + n, Form.member()), after, clusterPort(cluster, n));
            if (n == 0) {
                // While its peers show the certificates of before.
                seen.during(() -> restart(cluster, 0));
            }
        }
        for (int n = 0; n < MEMBERS; n++) {
            believe("members-" + n, members.after());
            awaitRefused(before, clusterPort(cluster, n));
        }
    }

    private void changeServers(TestCluster cluster, HttpsLoad load, ClientIdentity first, MembersSeen seen) {
        ClientIdentity both = ClientIdentity.believing(servers.before(), servers.after())
                .showing(first.own().orElseThrow());
        load.become(both);
        for (int n = 0; n < MEMBERS; n++) {
            awaitShown(servers.after().issue("server-" + n, Form.server()), both, port(cluster, n));
            if (n == 1) {
                seen.during(() -> restart(cluster, 1));
            }
        }
        load.become(
                ClientIdentity.believing(servers.after()).showing(first.own().orElseThrow()));
    }

    private void changeClients(TestCluster cluster, HttpsLoad load) {
        ClientIdentity anyone = ClientIdentity.believing(servers.after());
        ClientIdentity before = anyone.showing(clients.before().issue("client-before", Form.member()));
        ClientIdentity after = anyone.showing(clients.after().issue("client-after", Form.member()));
        for (int n = 0; n < MEMBERS; n++) {
            believe("clients-" + n, clients.before(), clients.after(), probes);
            awaitAccepted(after, port(cluster, n));
        }
        load.become(after);
        for (int n = 0; n < MEMBERS; n++) {
            believe("clients-" + n, clients.after(), probes);
            awaitRefused(before, port(cluster, n));
        }
    }

    private void changeTokens(TestCluster cluster, HttpsLoad load) {
        for (int n = 0; n < MEMBERS; n++) {
            IDENTITIES.withTokens("agents", "agents", "agents-next").write(identities(n));
            awaitStatus(cluster, n, "agents-next", 200);
        }
        load.send(TestIdentities.tokenOf("agents-next"));
        for (int n = 0; n < MEMBERS; n++) {
            // The last requests with the old token are answered.
            int sent = load.requests();
            await().atMost(PATIENCE).until(() -> load.requests() > sent + 10);
            IDENTITIES.withTokens("agents", "agents-next").write(identities(n));
            awaitStatus(cluster, n, "agents", 401);
        }
    }

    private static void awaitStatus(TestCluster cluster, int n, String token, int expected) {
        TestClient client = TestIdentities.clientOf(cluster.client(n), token);
        await().atMost(PATIENCE)
                .until(() -> client.get("/v1/registration/steady").statusCode() == expected);
    }

    private void assertThatThoseOfBeforeAreOut(TestCluster cluster, ClientIdentity first) {
        ClientIdentity peer = ClientIdentity.believing(members.after())
                .showing(members.before().issue("late-peer", Form.member()));
        for (int n = 0; n < MEMBERS; n++) {
            assertThat(first.isRefusedAt(port(cluster, n))).isTrue();
            assertThat(peer.isRefusedAt(clusterPort(cluster, n))).isTrue();
        }
    }

    private static int port(TestCluster cluster, int n) {
        return cluster.member(n).port();
    }

    private static int clusterPort(TestCluster cluster, int n) {
        return Integer.parseInt(cluster.environment(n).getOrDefault("CLUSTER_PORT", ""));
    }

    private static void awaitAccepted(ClientIdentity peer, int port) {
        await().atMost(PATIENCE).until(() -> !peer.isRefusedAt(port));
    }

    private static void awaitRefused(ClientIdentity peer, int port) {
        await().atMost(PATIENCE).until(() -> peer.isRefusedAt(port));
    }

    private static void awaitShown(Issued issued, ClientIdentity peer, int port) {
        await().atMost(PATIENCE)
                .until(() -> peer.shownAt(port)
                        .getSerialNumber()
                        .equals(issued.holder().getSerialNumber()));
    }

    private static void restart(TestCluster cluster, int n) {
        assertThat(cluster.member(n).stop()).isZero();
        cluster.relaunch(n).awaitReady();
        cluster.awaitWhole();
    }
}
