package io.discovery.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.EventStream;
import io.discovery.testing.EventStream.Event;
import io.discovery.testing.Ports;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three members: a client waits at any of them. Hosts are soon gone. */
class WatchClusterTest {

    private static final List<TestMember> MEMBERS = new ArrayList<>();

    @BeforeAll
    static void start() {
        List<Integer> ports = Ports.free(3);
        String peers = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        for (int port : ports) {
            MEMBERS.add(TestMember.start(Map.of(
                    "HOST_TTL", "2",
                    "CLUSTER_MEMBERS", peers,
                    "CLUSTER_MIN_MEMBERS", "1",
                    "CLUSTER_PORT", Integer.toString(port),
                    "SHUTDOWN_DELAY_SECONDS", "0")));
        }
    }

    @AfterAll
    static void stop() {
        MEMBERS.forEach(TestMember::close);
    }

    @Test
    void aChangeOnOneMemberEndsAWaitOnAnother() {
        CompletableFuture<HttpResponse<String>> poll = poll(1, "polled", "0".repeat(32));

        client(0).register("polled", "127.0.0.1");

        assertThat(TestClient.hostsOf(poll.join().body())).containsExactly("127.0.0.1");
    }

    @Test
    void aChangeOnOneMemberIsToldToWatchersOfTheOthers() {
        try (EventStream second = open(1, "/v1/watch/told", null);
                EventStream third = open(2, "/v1/watch/told", null)) {
            second.next();
            third.next();

            client(0).register("told", "127.0.0.1");

            Event event = second.next();
            assertThat(TestClient.hostsOf(event.data())).containsExactly("127.0.0.1");
            assertThat(third.next()).isEqualTo(event);
        }
    }

    /** No request is needed for it. */
    @Test
    void theEndOfALeaseIsToldAndEndsAWait() {
        client(0).register("expiring", "127.0.0.1");
        try (EventStream stream = open(1, "/v1/watch/expiring", null)) {
            Event listed = stream.next();
            assertThat(listed.type()).isIn("service", "removed");
            if (listed.type().equals("removed")) {
                listed = stream.next();
            }
            CompletableFuture<HttpResponse<String>> poll = poll(2, "expiring", listed.id());

            assertThat(stream.next()).isEqualTo(new Event("0".repeat(32), "removed", "{\"service\": \"expiring\"}"));
            assertThat(TestClient.hostsOf(poll.join().body())).isEmpty();
        }
    }

    /** Members are equal: what the id of one stands for, the others know. */
    @Test
    void aWatcherGoesOnAtAnotherMemberWhereItWas() {
        for (String path : List.of("/v1/watch/moved", "/v1/watch")) {
            String revision = path.replace('/', '-');
            client(0).register("moved", "127.0.0.1");
            String id = await().until(() -> idAt(0, path), here -> here.equals(idAt(1, path)));

            try (EventStream stream = open(1, path, id)) {
                client(2).register("moved", Map.of("ip", "127.0.0.2", "revision", revision));

                // Neither a reset nor what it has had; that another host's lease ends may be told before.
                Event event = stream.next();
                while (!event.data().contains("\"revision\": \"" + revision + "\"")) {
                    assertThat(event.type()).isIn("service", "removed");
                    event = stream.next();
                }
            }
        }
    }

    /** The id of the last event that a client has once it has all. */
    private static String idAt(int member, String path) {
        try (EventStream stream = open(member, path, null)) {
            Event event = stream.next();
            while (event.id().equals(SseEvents.INCOMPLETE)) {
                event = stream.next();
            }
            return event.id();
        }
    }

    private static EventStream open(int member, String path, @Nullable String lastEventId) {
        return EventStream.open(MEMBERS.get(member).port(), path, lastEventId);
    }

    private static CompletableFuture<HttpResponse<String>> poll(int member, String service, String index) {
        CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(
                () -> client(member).get("/v1/registration/" + service + "?wait=30s&index=" + index));
        await().until(() -> answer.isDone() || client(member).metric("discovery_polls_waiting") == 1);
        return answer;
    }

    private static TestClient client(int member) {
        return MEMBERS.get(member).client();
    }
}
