package io.discovery.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.EventStream;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Clients that read, watch, poll and stream, at any member, each for a while, and then come anew. */
final class Visitors implements AutoCloseable {

    private static final int WATCHERS = 12;
    private static final int POLLERS = 8;
    private static final int STREAMS_OF_EACH_KIND = 4;
    private static final long LONGEST_STAY_MILLIS = 15_000;
    private static final Duration READS = Duration.ofMillis(50);
    private static final Duration SCRAPES = Duration.ofSeconds(2);
    private static final Duration BREATH = Duration.ofMillis(20);

    private static final String ENDPOINTS = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";

    private final TestCluster cluster;
    private final XdsClient xds = new XdsClient();
    private final Crew crew = new Crew();
    private final AtomicLong visits = new AtomicLong();

    private Visitors(TestCluster cluster) {
        this.cluster = cluster;
    }

    static Visitors start(TestCluster cluster) {
        Visitors visitors = new Visitors(cluster);
        visitors.crew.employ("reader", READS, visitors::read);
        visitors.crew.employ("prometheus", SCRAPES, visitors::scrape);
        visitors.employ("watcher", WATCHERS, visitors::watch);
        visitors.employ("poller", POLLERS, visitors::poll);
        visitors.employ("xds", STREAMS_OF_EACH_KIND, visitors::stream);
        visitors.employ("delta-xds", STREAMS_OF_EACH_KIND, visitors::delta);
        return visitors;
    }

    /** @param visit until a time of {@link System#nanoTime} */
    private void employ(String name, int count, LongConsumer visit) {
        for (int n = 0; n < count; n++) {
            crew.employ(name, BREATH, () -> {
                long stay = ThreadLocalRandom.current().nextLong(LONGEST_STAY_MILLIS);
                visit.accept(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(stay));
                visits.incrementAndGet();
            });
        }
    }

    /** Counts the visitors that have come and gone. */
    long visits() {
        return visits.get();
    }

    Crew crew() {
        return crew;
    }

    private void read() {
        TestClient client = cluster.client(anyMember());
        HttpRequest.Builder request = client.request("/v1/registration/" + anyService())
                .header("Accept-Encoding", random().nextBoolean() ? "gzip" : "identity");
        assertThat(client.send(request, BodyHandlers.ofByteArray()).statusCode())
                .isEqualTo(200);
    }

    private void scrape() {
        assertThat(cluster.client(anyMember()).get("/v1/prometheus/targets").statusCode())
                .isEqualTo(200);
    }

    /** Watches; one visitor in four watches all services. */
    private void watch(long end) {
        String path = "/v1/watch" + (random().nextInt(4) == 0 ? "" : "/" + anyService());
        try (EventStream stream = EventStream.open(anyPort(), path)) {
            assertThat(stream.head().code()).isEqualTo(200);
            while (goesOn(end)) {
                if (stream.hasMore()) {
                    stream.line();
                } else {
                    LockSupport.parkNanos(BREATH.toNanos());
                }
            }
        }
    }

    private void poll(long end) {
        TestClient client = cluster.client(anyMember());
        String path = "/v1/registration/" + anyService() + "?wait=2s&index=";
        String index = "";
        while (goesOn(end)) {
            HttpResponse<String> answer = client.get(path + index);
            assertThat(answer.statusCode()).isEqualTo(200);
            index = answer.headers().firstValue("X-Discovery-Index").orElseThrow();
        }
    }

    private void stream(long end) {
        try (XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream = xds.endpoints(anyPort())) {
            DiscoveryRequest wish = DiscoveryRequest.newBuilder()
                    .setTypeUrl(ENDPOINTS)
                    .addResourceNames(anyService())
                    .addResourceNames(anyService())
                    .build();
            stream.send(wish);
            while (goesOn(end)) {
                @Nullable DiscoveryResponse answer = stream.poll(BREATH.toMillis(), TimeUnit.MILLISECONDS);
                if (answer != null) {
                    stream.send(wish.toBuilder()
                            .setVersionInfo(answer.getVersionInfo())
                            .setResponseNonce(answer.getNonce())
                            .build());
                }
            }
        }
    }

    private void delta(long end) {
        try (XdsClient.Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> stream = xds.deltaEndpoints(anyPort())) {
            stream.send(DeltaDiscoveryRequest.newBuilder()
                    .setTypeUrl(ENDPOINTS)
                    .addResourceNamesSubscribe(anyService())
                    .addResourceNamesSubscribe(anyService())
                    .build());
            while (goesOn(end)) {
                @Nullable DeltaDiscoveryResponse answer = stream.poll(BREATH.toMillis(), TimeUnit.MILLISECONDS);
                if (answer != null) {
                    stream.send(DeltaDiscoveryRequest.newBuilder()
                            .setTypeUrl(ENDPOINTS)
                            .setResponseNonce(answer.getNonce())
                            .build());
                }
            }
        }
    }

    private boolean goesOn(long end) {
        return !crew.isStopped() && System.nanoTime() - end < 0;
    }

    private int anyMember() {
        return random().nextInt(cluster.size());
    }

    private int anyPort() {
        return cluster.member(anyMember()).port();
    }

    private static String anyService() {
        return Hosts.anyService(random());
    }

    private static Random random() {
        return ThreadLocalRandom.current();
    }

    /** Ends all visitors and waits for them. */
    void stop() {
        crew.stop();
    }

    @Override
    public void close() {
        stop();
        xds.close();
    }
}
