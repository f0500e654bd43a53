package io.discovery.v1;

import io.discovery.testing.Ports;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Two members of one cluster in this process, for the tests of a class. */
final class TwoMembers implements AutoCloseable {

    private final TestMember member;
    private final TestMember peer;

    private TwoMembers(TestMember member, TestMember peer) {
        this.member = member;
        this.peer = peer;
    }

    /** @param more settings of both beside those that make them a cluster */
    static TwoMembers start(Map<String, String> more) {
        List<Integer> ports = Ports.free(2);
        return new TwoMembers(start(ports.get(0), ports, more), start(ports.get(1), ports, more));
    }

    private static TestMember start(int port, List<Integer> ports, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "CLUSTER_MEMBERS",
                "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1),
                "CLUSTER_MIN_MEMBERS",
                "1",
                "CLUSTER_PORT",
                Integer.toString(port),
                "SHUTDOWN_DELAY_SECONDS",
                "0"));
        settings.putAll(more);
        return TestMember.start(settings);
    }

    /** Returns a client of one member. */
    TestClient client() {
        return member.client();
    }

    /** Returns a client of the other member. */
    TestClient peer() {
        return peer.client();
    }

    @Override
    public void close() {
        member.close();
        peer.close();
    }
}
