package io.discovery.bench;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Clients of EDS by gRPC, each of which acknowledges what it gets. */
final class XdsStreams implements Crowd {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TYPE = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
    private static final ServiceMethod<DiscoveryResponse, DiscoveryRequest> METHOD = ServiceMethod.client(
            ServiceName.create("envoy.service.endpoint.v3", "EndpointDiscoveryService"),
            "StreamEndpoints",
            GrpcMessageEncoder.encoder(),
            GrpcMessageDecoder.decoder(DiscoveryResponse.getDefaultInstance()));

    private final Vertx vertx = Vertx.vertx();
    private final GrpcClient client;
    private final String service;
    private final String[] versions;
    private volatile Wait wait;

    /** A wait for an answer to each client, with another version than its last. */
    private static final class Wait {
        private final long[] answered;
        private final CountDownLatch left;

        Wait(int clients) {
            this.answered = new long[clients];
            this.left = new CountDownLatch(clients);
        }
    }

    private XdsStreams(int clients, String service) {
        this.service = service;
        this.versions = new String[clients];
        this.wait = new Wait(clients);
        this.client = GrpcClient.client(
                vertx,
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setProtocolVersion(HttpVersion.HTTP_2)
                                .setHttp2ClearTextUpgrade(false)
                                .setHttp2MultiplexingLimit(1),
                        new PoolOptions().setHttp2MaxSize(clients)));
    }

    /** Opens so many streams, to each of the ports in turn. */
    static XdsStreams open(int clients, String service, List<Integer> ports) {
        XdsStreams streams = new XdsStreams(clients, service);
        for (int i = 0; i < clients; i++) {
            int number = i;
            streams.client
                    .request(SocketAddress.inetSocketAddress(ports.get(i % ports.size()), "127.0.0.1"), METHOD)
                    .onSuccess(call -> streams.begin(call, number));
        }
        return streams;
    }

    private void begin(GrpcClientRequest<DiscoveryRequest, DiscoveryResponse> call, int number) {
        call.response()
                .onSuccess(answers -> answers.handler(answer -> {
                    note(number, answer.getVersionInfo());
                    call.write(request(answer.getVersionInfo(), answer.getNonce()));
                }));
        call.write(request("", ""));
    }

    private DiscoveryRequest request(String version, String nonce) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(TYPE)
                .addResourceNames(service)
                .setVersionInfo(version)
                .setResponseNonce(nonce)
                .build();
    }

    private void note(int number, String version) {
        Wait current = wait;
        if (!version.equals(versions[number]) && current.answered[number] == 0) {
            current.answered[number] = System.nanoTime();
            current.left.countDown();
        }
        versions[number] = version;
    }

    @Override
    public int size() {
        return versions.length;
    }

    @Override
    public void awaitLists() {
        await(wait);
    }

    /** Waits for another version, because the answers do not have the text. */
    @Override
    public long[] see(String text, Runnable change) {
        Wait next = new Wait(size());
        wait = next;
        change.run();
        await(next);
        return next.answered;
    }

    private static void await(Wait wait) {
        try {
            if (!wait.left.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(wait.left.getCount() + " streams have not had it");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        // Not one after the other by a future: it would belong to an event loop that is gone by then.
        await(client.close());
        await(vertx.close());
    }

    private static void await(Future<Void> closed) {
        closed.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
