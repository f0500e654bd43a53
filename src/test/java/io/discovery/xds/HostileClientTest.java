package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.Status;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A client that asks for what is not to be had costs itself a stream, and others nothing. */
class HostileClientTest {

    private static final String HELD = "discovery_xds_held_bytes";
    private static final String REFUSED = "discovery_xds_refused_total";

    @AutoClose
    private final XdsFixture xds = new XdsFixture();

    private final XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream = xds.endpoints();

    @AfterEach
    void nothingIsLeftAndOthersAreServed() {
        stream.close();
        await().until(() -> xds.metric("discovery_xds_streams") == 0);
        try (var another = xds.endpoints()) {
            another.send(subscribe(List.of("payments")));
            another.next();
        }
    }

    @Test
    void asManyNamesAsAllowedAreAnsweredAndOneMoreIsNot() {
        stream.send(subscribe(names(StreamSubscriptions.MOST_NAMES)));
        assertThat(stream.next().getResourcesCount()).isEqualTo(StreamSubscriptions.MOST_NAMES);

        try (var another = xds.endpoints()) {
            another.send(subscribe(names(StreamSubscriptions.MOST_NAMES + 1)));

            assertThat(another.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
            assertThat(another.reason()).contains("at most 20000");
            assertThat(xds.metric(REFUSED)).isEqualTo(1);
        }
    }

    @Test
    void namesThatAreToldBitByBitAreCountedTogether() {
        try (var delta = xds.deltaEndpoints()) {
            List<String> names = names(StreamSubscriptions.MOST_NAMES + 1);
            delta.send(DeltaDiscoveryRequest.newBuilder()
                    .addAllResourceNamesSubscribe(names.subList(0, StreamSubscriptions.MOST_NAMES))
                    .build());
            delta.next();

            delta.send(DeltaDiscoveryRequest.newBuilder()
                    .addResourceNamesSubscribe(names.get(StreamSubscriptions.MOST_NAMES))
                    .build());

            assertThat(delta.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void versionsOfMoreThanCanBeSubscribedAreRefused() {
        try (var delta = xds.deltaEndpoints()) {
            DeltaDiscoveryRequest.Builder request = DeltaDiscoveryRequest.newBuilder();
            names(StreamSubscriptions.MOST_NAMES + 1).forEach(name -> request.putInitialResourceVersions(name, "1"));

            delta.send(request.build());

            assertThat(delta.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void aVersionThatIsTooLongIsRefused() {
        try (var delta = xds.deltaEndpoints()) {
            delta.send(DeltaDiscoveryRequest.newBuilder()
                    .putInitialResourceVersions("payments", "v".repeat(101))
                    .build());

            assertThat(delta.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
            assertThat(delta.reason()).contains("101 characters").contains("at most 100");
        }
    }

    /** And none of it forges a line of the log. */
    @Test
    void ofLongTextsTheBeginningIsKeptAndCounted() {
        String text = "t".repeat(100_000);
        double before = xds.metric(HELD);
        stream.send(DiscoveryRequest.newBuilder()
                .addResourceNames("payments")
                .setNode(Node.newBuilder().setId(text).setCluster(text).setUserAgentName(text))
                .build());
        DiscoveryResponse answer = stream.next();
        double quiet = xds.metric(HELD);
        stream.send(DiscoveryRequest.newBuilder()
                .addResourceNames("payments")
                .setResponseNonce(answer.getNonce())
                .setErrorDetail(Status.newBuilder().setMessage(text))
                .build());
        await().until(() -> xds.metric(HELD) > quiet + 500);

        assertThat(xds.metric(HELD)).isBetween(quiet + 800, quiet + 1_200);
        assertThat(quiet).isBetween(before + 3_000, before + 50_000);
        String page = xds.clients();
        assertThat(page).contains("t".repeat(1_000) + "...").doesNotContain("t".repeat(1_001));

        stream.send(DiscoveryRequest.newBuilder()
                .addResourceNames("payments")
                .setVersionInfo(answer.getVersionInfo())
                .setResponseNonce(answer.getNonce())
                .build());
        await().until(() -> xds.metric(HELD) <= quiet);
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        stream.send(subscribe(List.of("x".repeat(2_049))));

        assertThat(stream.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
        assertThat(stream.reason()).contains("2049 characters").contains("at most 2048");
        assertThat(xds.metric(REFUSED)).isZero();
    }

    @Test
    void bytesThatAreNoRequestAreRefused() {
        stream.sendBytes(Buffer.buffer(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3}));

        assertThat(stream.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
        assertThat(stream.reason()).contains("cannot be read");
    }

    /** It would take a multiple in memory. */
    @Test
    void moreBesideNamesThanHalfAMegabyteIsRefused() {
        stream.send(DiscoveryRequest.newBuilder()
                .addResourceNames("payments")
                .setNode(Node.newBuilder().setId("x".repeat(RequestScan.LARGEST_OTHERS)))
                .build());

        assertThat(stream.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
        assertThat(stream.reason()).contains("beside names");
    }

    @Test
    void aRequestLargerThanFourMebibytesIsRefused() {
        stream.sendBytes(Buffer.buffer(new byte[(4 << 20) + 1]));

        assertThat(stream.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
    }

    /** A few kilobytes of it may stand for gigabytes. */
    @Test
    void whatIsCompressedIsNotUnpacked() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(subscribe(List.of("payments")).toByteArray());
        }

        stream.sendCompressed(Buffer.buffer(packed.toByteArray()));

        assertThat(stream.status()).isEqualTo(GrpcStatus.UNIMPLEMENTED);
        assertThat(stream.reason()).contains("gzip");
    }

    @Test
    void anUnknownMethodIsNotImplemented() {
        try (var other = xds.stream("envoy.service.secret.v3.SecretDiscoveryService", "StreamSecrets")) {
            other.send(subscribe(List.of("key")));

            assertThat(other.status()).isEqualTo(GrpcStatus.UNIMPLEMENTED);
        }
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "service-" + i).toList();
    }

    private static DiscoveryRequest subscribe(List<String> names) {
        return DiscoveryRequest.newBuilder().addAllResourceNames(names).build();
    }
}
