package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.discovery.testing.EventStream;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A member that stands still for longer than a lease, while its hosts report to another. */
@Tag("long")
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class PausedMemberIT {

    private static final Duration SOON = Duration.ofSeconds(45);
    private static final String LEASE = "10";
    private static final Duration PAUSE = Duration.ofSeconds(12);

    private static final Set<String> HOSTS =
            IntStream.rangeClosed(1, 20).mapToObj(n -> "127.1.0." + n).collect(Collectors.toSet());
    private static final String LATE = "127.1.0.200";
    /**
     * The clients that ask for all services while the member stands still; their answers are made one after the other.
     */
    private static final int WAITING = 24;

    private final ExecutorService clients = Executors.newFixedThreadPool(WAITING);

    @AfterEach
    void end() {
        clients.shutdownNow();
    }

    /** All leases in its copy have ended when it wakes. */
    @Test
    void aMemberThatWakesShowsAllHostsOrRefuses() throws InvalidProtocolBufferException {
        try (TestCluster cluster = TestCluster.start(2, Map.of("HOST_TTL", LEASE));
                XdsClient xds = new XdsClient()) {
            TestClient other = cluster.client(0);
            TestClient paused = cluster.client(1);
            await().atMost(SOON).until(() -> report(other, HOSTS));
            await().atMost(SOON).until(() -> paused.hosts("svc").equals(HOSTS));
            try (EventStream watch = EventStream.open(cluster.member(1).port(), "/v1/watch/svc");
                    EventStream changes = EventStream.open(cluster.member(1).port(), "/v1/changes?watch&service=svc");
                    var envoy = xds.endpoints(cluster.member(1).port())) {
                assertThat(TestClient.hostsOf(watch.next().data())).isEqualTo(HOSTS);
                assertThat(changes.next().type()).isEqualTo("begin");
                envoy.send(request().build());
                DiscoveryResponse first = envoy.next();
                assertThat(endpoints(first)).isEqualTo(HOSTS.size());
                envoy.send(request()
                        .setVersionInfo(first.getVersionInfo())
                        .setResponseNonce(first.getNonce())
                        .build());

                cluster.member(1).freeze();
                long end = System.nanoTime() + PAUSE.toNanos();
                await().pollInterval(Duration.ofSeconds(1)).atMost(SOON).until(() -> {
                    report(other, HOSTS);
                    return System.nanoTime() - end > 0;
                });
                List<CompletableFuture<HttpResponse<String>>> waiting = IntStream.range(0, WAITING)
                        .mapToObj(n -> CompletableFuture.supplyAsync(() -> paused.get("/v1/services"), clients))
                        .toList();
                report(other, HOSTS);
                cluster.member(1).thaw();

                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .atMost(SOON)
                        .until(() -> {
                            boolean shows = showsAllOrRefuses(paused);
                            report(other, HOSTS);
                            return shows && cluster.member(1).log().contains("copies have been compared, ");
                        });
                waiting.forEach(answer -> assertThat(answer.join())
                        .matches(
                                services -> services.statusCode() == 503
                                        || services.body().contains("\"hosts\": " + HOSTS.size()),
                                "all services or a refusal"));
                Set<String> more = new TreeSet<>(HOSTS);
                more.add(LATE);
                await().atMost(SOON).until(() -> report(other, Set.of(LATE)));
                assertThat(TestClient.hostsOf(watch.next().data())).isEqualTo(more);
                assertThat(endpoints(envoy.next())).isEqualTo(more.size());
                assertThat(changes.next().type())
                        .as("what changed meanwhile is known by its outcome")
                        .isEqualTo("gap");
                assertThat(changes.next().data()).contains(LATE, "\"change\": \"registered\"");
                assertThat(paused.get("/v1/changes?service=svc").body())
                        .contains(LATE)
                        .doesNotContain("expired");
            }
        }
    }

    private static boolean showsAllOrRefuses(TestClient client) {
        HttpResponse<String> answer = client.get("/v1/registration/svc");
        if (answer.statusCode() == 503) {
            return false;
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TestClient.hostsOf(answer.body())).isEqualTo(HOSTS);
        return true;
    }

    /** Sends heartbeats and returns true if all were taken; while the others miss the paused member, some are not. */
    private static boolean report(TestClient client, Set<String> hosts) {
        String body = hosts.stream()
                .map(ip -> "{\"service\": \"svc\", \"ip\": \"" + ip
                        + "\", \"port\": 80, \"revision\": \"1\", \"tags\": " + TestClient.TAGS + "}")
                .collect(Collectors.joining(",", "[", "]"));
        try {
            return client.post("/v1/registrations", "application/json", body).statusCode() == 200;
        } catch (UncheckedIOException broken) {
            return false;
        }
    }

    private static DiscoveryRequest.Builder request() {
        return DiscoveryRequest.newBuilder()
                .setNode(Node.newBuilder().setId("envoy"))
                .setTypeUrl("type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment")
                .addResourceNames("svc");
    }

    private static int endpoints(DiscoveryResponse response) throws InvalidProtocolBufferException {
        return response.getResources(0).unpack(ClusterLoadAssignment.class).getEndpointsList().stream()
                .mapToInt(locality -> locality.getLbEndpointsCount())
                .sum();
    }
}
