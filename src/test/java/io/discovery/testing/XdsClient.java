package io.discovery.testing;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A client of xDS whose messages the test writes. Each stream has a connection; one event loop serves all of them. */
public final class XdsClient implements AutoCloseable {

    /** Seconds. A mutant that does not answer is found sooner with less. */
    public static final long PATIENCE = Integer.getInteger("xds.patience", 10);

    private static final long LARGEST = 64L << 20;
    private static final String ENDPOINTS = "envoy.service.endpoint.v3.EndpointDiscoveryService";
    private static final String AGGREGATED = "envoy.service.discovery.v3.AggregatedDiscoveryService";

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Map<String, String> metadata;

    public XdsClient() {
        this(Map.of());
    }

    /** @param metadata sent with each call */
    public XdsClient(Map<String, String> metadata) {
        this.metadata = Map.copyOf(metadata);
    }

    /** A stream with its requests and answers. */
    public static final class Stream<Q, R> implements AutoCloseable {
        private final GrpcClient client;
        private final GrpcClientRequest<Q, R> call;
        private final BlockingQueue<R> answers = new LinkedBlockingQueue<>();
        private final CompletableFuture<GrpcStatus> status = new CompletableFuture<>();
        private volatile Runnable afterEach = () -> {};

        private Stream(GrpcClient client, GrpcClientRequest<Q, R> call) {
            this.client = client;
            this.call = call;
            call.response().onSuccess(this::listen).onFailure(status::completeExceptionally);
        }

        private void listen(GrpcClientResponse<Q, R> response) {
            response.handler(answer -> {
                answers.add(answer);
                afterEach.run();
            });
            response.endHandler(end -> status.complete(response.status()));
            response.exceptionHandler(status::completeExceptionally);
        }

        public void send(Q request) {
            get(call.write(request));
        }

        /** Ends the requests; the stream goes on until the member ends it. */
        public void end() {
            get(call.end());
        }

        /** Sends a request when the event loop has time for it. */
        public void sendLater(Q request) {
            call.write(request).onFailure(status::completeExceptionally);
        }

        /** Sets a task that runs on the event loop after each answer; it may block. */
        public void afterEach(Runnable task) {
            afterEach = task;
        }

        /** Sends bytes in the place of a message; the member may end the stream before it has them all. */
        public void sendBytes(Buffer bytes) {
            get(call.writeMessage(GrpcMessage.message("identity", bytes)).otherwiseEmpty());
        }

        /** Sends bytes as a compressed message; the first of the stream. */
        public void sendCompressed(Buffer bytes) {
            call.encoding("gzip");
            get(call.writeMessage(GrpcMessage.message("gzip", bytes)));
        }

        /**
         * Returns the next answer.
         *
         * @throws AssertionError if none comes
         */
        public R next() {
            @Nullable R answer = poll(PATIENCE, SECONDS);
            if (answer == null) {
                throw new AssertionError("no answer within " + PATIENCE + " s");
            }
            return answer;
        }

        /** Returns the next answer, or null if none comes in this time. */
        public @Nullable R poll(long time, java.util.concurrent.TimeUnit unit) {
            try {
                return answers.poll(time, unit);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }

        /** Counts the answers that have come and were not taken. */
        public int waiting() {
            return answers.size();
        }

        /** Returns the message of the status. */
        public String reason() {
            status();
            GrpcClientResponse<Q, R> response = get(call.response());
            // Vert.x looks for it where it is if no answer was sent.
            return String.valueOf(
                    response.statusMessage() == null
                            ? decoded(response.trailers().get("grpc-message"))
                            : response.statusMessage());
        }

        private static String decoded(@Nullable String message) {
            return message == null ? "" : URLDecoder.decode(message, StandardCharsets.UTF_8);
        }

        /** Returns the status with which the server ends the stream. */
        public GrpcStatus status() {
            try {
                return status.get(PATIENCE, SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException failed) {
                throw new IllegalStateException("no status", failed);
            }
        }

        /** Returns true if the stream has ended, with a status or without. */
        public boolean isOver() {
            return status.isDone();
        }

        /** Waits until the stream has ended, with a status or without. */
        public void awaitEnd() {
            try {
                status.handle((answered, lost) -> "").get(PATIENCE, SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException failed) {
                throw new IllegalStateException("it goes on", failed);
            }
        }

        @Override
        public void close() {
            get(client.close());
        }
    }

    /** Opens a stream of endpoints, the state of the world. */
    public Stream<DiscoveryRequest, DiscoveryResponse> endpoints(int port) {
        return endpoints(here(port));
    }

    /** Opens a stream of endpoints of a member elsewhere, the state of the world. */
    public Stream<DiscoveryRequest, DiscoveryResponse> endpoints(SocketAddress member) {
        return stream(member, ENDPOINTS, "StreamEndpoints");
    }

    /** Opens a stream of clusters, the state of the world. */
    public Stream<DiscoveryRequest, DiscoveryResponse> clusters(int port) {
        return stream(port, "envoy.service.cluster.v3.ClusterDiscoveryService", "StreamClusters");
    }

    /** Opens a stream of all types, the state of the world. */
    public Stream<DiscoveryRequest, DiscoveryResponse> aggregated(int port) {
        return aggregated(here(port));
    }

    /** Opens a stream of all types of a member elsewhere, the state of the world. */
    public Stream<DiscoveryRequest, DiscoveryResponse> aggregated(SocketAddress member) {
        return stream(member, AGGREGATED, "StreamAggregatedResources");
    }

    /** Opens an incremental stream of endpoints. */
    public Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> deltaEndpoints(int port) {
        return deltaEndpoints(here(port));
    }

    /** Opens an incremental stream of endpoints of a member elsewhere. */
    public Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> deltaEndpoints(SocketAddress member) {
        return delta(member, ENDPOINTS, "DeltaEndpoints");
    }

    /** Opens an incremental stream of all types. */
    public Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> deltaAggregated(int port) {
        return deltaAggregated(here(port));
    }

    /** Opens an incremental stream of all types of a member elsewhere. */
    public Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> deltaAggregated(SocketAddress member) {
        return delta(member, AGGREGATED, "DeltaAggregatedResources");
    }

    public Stream<DiscoveryRequest, DiscoveryResponse> stream(int port, String service, String method) {
        return stream(here(port), service, method);
    }

    private Stream<DiscoveryRequest, DiscoveryResponse> stream(SocketAddress member, String service, String method) {
        return open(client(), member, method(service, method, DiscoveryResponse.getDefaultInstance()));
    }

    private Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta(
            SocketAddress member, String service, String method) {
        return open(client(), member, method(service, method, DeltaDiscoveryResponse.getDefaultInstance()));
    }

    private static SocketAddress here(int port) {
        return SocketAddress.inetSocketAddress(port, "127.0.0.1");
    }

    /** Opens many streams of endpoints on one connection. */
    public List<Stream<DiscoveryRequest, DiscoveryResponse>> endpoints(int count, int port) {
        return streams(count, port, ENDPOINTS, "StreamEndpoints");
    }

    /** Opens many streams of all types on one connection. */
    public List<Stream<DiscoveryRequest, DiscoveryResponse>> aggregated(int count, int port) {
        return streams(count, port, AGGREGATED, "StreamAggregatedResources");
    }

    private List<Stream<DiscoveryRequest, DiscoveryResponse>> streams(
            int count, int port, String service, String method) {
        GrpcClient client = client();
        ServiceMethod<DiscoveryResponse, DiscoveryRequest> of =
                method(service, method, DiscoveryResponse.getDefaultInstance());
        return IntStream.range(0, count)
                .mapToObj(number -> open(client, here(port), of))
                .toList();
    }

    private static <Q extends Message, R extends Message> ServiceMethod<R, Q> method(
            String service, String method, R answer) {
        int dot = service.lastIndexOf('.');
        return ServiceMethod.client(
                ServiceName.create(service.substring(0, dot), service.substring(dot + 1)),
                method,
                GrpcMessageEncoder.encoder(),
                GrpcMessageDecoder.decoder(answer));
    }

    private GrpcClient client() {
        return GrpcClient.client(
                vertx,
                new GrpcClientOptions().setMaxMessageSize(LARGEST),
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    }

    private <Q, R> Stream<Q, R> open(GrpcClient client, SocketAddress member, ServiceMethod<R, Q> method) {
        Promise<GrpcClientRequest<Q, R>> call = Promise.promise();
        context.runOnContext(on -> client.request(member, method).onComplete(call));
        GrpcClientRequest<Q, R> opened = get(call.future());
        metadata.forEach(opened.headers()::set);
        return new Stream<>(client, opened);
    }

    /**
     * Lets all streams of the client stand still as if its machine had gone: it reads nothing and answers nothing.
     *
     * @return ends the standstill
     */
    public Runnable freeze() {
        CountDownLatch isFrozen = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        context.runOnContext(on -> {
            isFrozen.countDown();
            await(end);
        });
        await(isFrozen);
        return end::countDown;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE, SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        get(vertx.close());
    }
}
