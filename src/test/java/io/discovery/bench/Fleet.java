package io.discovery.bench;

import static org.awaitility.Awaitility.await;

import io.discovery.testing.TestClient;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Hosts of one service that report to one member. A host that goes falls silent and takes its address with it; a host
 * that comes has a new one. One thread.
 */
final class Fleet {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int AT_ONCE = 100;

    private final TestClient member;
    private final String service;
    private final int size;
    /** The oldest host that lives: hosts are numbered in the order in which they come. */
    private int oldest;

    private int newest;
    /**
     * The number up to which hosts have reported in this round, which ends at the host that was the newest when it
     * began.
     */
    private int reported;

    private int roundEnd;

    private Fleet(TestClient member, String service, int size) {
        this.member = member;
        this.service = service;
        this.size = size;
        this.newest = size;
    }

    /** Registers a number of hosts. */
    static Fleet register(TestClient member, String service, int size) {
        Fleet fleet = new Fleet(member, service, size);
        for (int round = 0; round < fleet.roundsOf(); round++) {
            fleet.heartbeat();
        }
        return fleet;
    }

    /** Counts the hosts that have gone so far. */
    int gone() {
        return oldest;
    }

    /** Replaces the oldest hosts: they fall silent, and as many new ones come. */
    void replace(int hosts) {
        report(newest, newest + hosts);
        newest += hosts;
        oldest += hosts;
    }

    /** The next few of those that live report; after {@link #roundsOf} calls all have. */
    void heartbeat() {
        if (reported >= roundEnd) {
            reported = oldest;
            roundEnd = newest;
        }
        int from = Math.max(oldest, reported);
        reported = Math.min(newest, from + AT_ONCE);
        report(from, reported);
    }

    /** Returns the number of calls of {@link #heartbeat} until all have reported. */
    int roundsOf() {
        return (size + AT_ONCE - 1) / AT_ONCE;
    }

    /** Sends the reports of some hosts, and again those that a busy member refuses. */
    private void report(int from, int to) {
        String many = IntStream.range(from, to)
                .mapToObj(host -> registration(service, host))
                .collect(Collectors.joining(", ", "[", "]"));
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .until(() -> member.post("/v1/registrations", "application/json", many)
                                .statusCode()
                        == 200);
    }

    /** Returns a registration as long as that of a real fleet: see the seed's README. */
    private static String registration(String service, int host) {
        return ("{\"service\": \"%s\", \"ip\": \"127.%d.%d.%d\", \"port\": 8080, \"revision\": \"%040x\","
                        + " \"service_repo_name\": \"repo\", \"tags\": {\"az\": \"us-east-1%s\", \"region\": \"us-east-1\","
                        + " \"instance_id\": \"i-%017x\"}}")
                .formatted(
                        service, host >> 16 & 0xff, host >> 8 & 0xff, host & 0xff, host, (char) ('a' + host % 3), host);
    }
}
