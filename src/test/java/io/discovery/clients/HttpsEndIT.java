package io.discovery.clients;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.ClientIdentity;
import io.discovery.testing.Door;
import io.discovery.testing.Http2Client;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.RawHttp;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.GoAway;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.io.BufferedInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of a member to which clients have connections with TLS. */
@Timeout(120)
class HttpsEndIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Answers under way have 5 s, and the rest of the member needs a little. */
    private static final Duration LONGEST_END = Duration.ofSeconds(20);

    private static final String XDS =
            "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";
    private static final String CLUSTERS = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    private static final byte[] LIST =
            "GET /v1/registration/payments HTTP/1.1\r\nHost: discovery\r\n\r\n".getBytes(US_ASCII);

    @TempDir
    Path dir;

    private ClientIdentity identity;
    private Map<String, String> settings;

    @BeforeEach
    void certificate() {
        TestAuthority authority = new TestAuthority(dir, "authority");
        identity = ClientIdentity.believing(authority);
        settings = new HashMap<>(authority.issue("member", Form.server()).httpsSettings());
        settings.put("PLAIN_PORT", Integer.toString(Ports.free(1).get(0)));
    }

    /** A client of HTTP/2 as the member sees it go: what it was told, and what has come on its stream. */
    private static final class Streaming implements AutoCloseable {

        final CompletableFuture<GoAway> goAway = new CompletableFuture<>();
        final CompletableFuture<Void> closed = new CompletableFuture<>();
        final AtomicInteger received = new AtomicInteger();
        private final Http2Client http;

        Streaming(int port) {
            http = new Http2Client(
                    Door.encrypted(port),
                    connection ->
                            connection.goAwayHandler(goAway::complete).closeHandler(end -> closed.complete(null)));
        }

        HttpClientRequest request(HttpMethod method, String path) {
            HttpClientRequest request = http.request(method, path);
            request.exceptionHandler(ended -> {});
            request.response()
                    .onSuccess(response ->
                            response.exceptionHandler(ended -> {}).handler(bytes -> received.incrementAndGet()));
            return request;
        }

        @Override
        public void close() {
            http.close();
        }
    }

    @Test
    void clientsAreToldThatTheMemberEnds() throws Exception {
        try (MemberProcess member = MemberProcess.start(settings);
                SSLSocket idle = identity.connect(member.port());
                Streaming watching = new Streaming(member.port());
                Streaming streaming = new Streaming(member.port())) {
            member.client().register("payments", "127.0.0.1");
            BufferedInputStream in = new BufferedInputStream(idle.getInputStream());
            idle.getOutputStream().write(LIST);
            assertThat(RawHttp.read(in, false).code()).isEqualTo(200);
            watching.request(HttpMethod.GET, "/v1/watch/payments").end();
            byte[] asked = DiscoveryRequest.newBuilder()
                    .setTypeUrl(CLUSTERS)
                    .addResourceNames("payments")
                    .build()
                    .toByteArray();
            streaming
                    .request(HttpMethod.POST, XDS)
                    .putHeader("Content-Type", "application/grpc")
                    .setChunked(true)
                    .write(Buffer.buffer()
                            .appendByte((byte) 0)
                            .appendInt(asked.length)
                            .appendBytes(asked));
            await().atMost(PATIENCE).until(() -> watching.received.get() > 0 && streaming.received.get() > 0);

            long start = System.nanoTime();
            assertThat(member.stop()).isZero();
            Duration took = Duration.ofNanos(System.nanoTime() - start);

            assertThat(took).isLessThan(LONGEST_END);
            assertThat(in.read()).isNegative();
            assertThat(watching.goAway).succeedsWithin(PATIENCE);
            assertThat(streaming.goAway).succeedsWithin(PATIENCE);
            assertThat(watching.closed).succeedsWithin(PATIENCE);
            assertThat(streaming.closed).succeedsWithin(PATIENCE);
            assertThat(member.log()).contains("stopped").doesNotContain("\tat ");
        }
    }

    /** The kept connection gets a last answer, which says that it is the last. */
    @Test
    void aKeptConnectionIsToldWhileTheMemberDrains() throws Exception {
        settings.put("SHUTDOWN_DELAY_SECONDS", "5");
        try (MemberProcess member = MemberProcess.start(settings);
                SSLSocket kept = identity.connect(member.port())) {
            BufferedInputStream in = new BufferedInputStream(kept.getInputStream());
            kept.getOutputStream().write(LIST);
            assertThat(RawHttp.read(in, false).all("Connection")).isEmpty();

            CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(member::stop);
            await().atMost(PATIENCE).until(() -> !member.client().answers("/health/ready"));
            kept.getOutputStream().write(LIST);
            RawHttp.Answer last = RawHttp.read(in, false);

            assertThat(last.code()).isEqualTo(200);
            assertThat(last.all("Connection")).containsExactly("close");
            assertThat(in.read()).isNegative();
            assertThat(exit.join()).isZero();
        }
    }
}
