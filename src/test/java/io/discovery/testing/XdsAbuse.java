package io.discovery.testing;

import com.google.protobuf.Message;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.StreamResetException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Attacks of hostile clients of xDS, each with a bounded number of steps, and the number of refusals. The clients hold
 * their streams until the end.
 */
public final class XdsAbuse implements AutoCloseable {

    private static final String DISCOVERY = "/envoy.service.discovery.v3.AggregatedDiscoveryService/";
    private static final String WHOLE = DISCOVERY + "StreamAggregatedResources";
    private static final String DELTA = DISCOVERY + "DeltaAggregatedResources";
    private static final String TYPES = "type.googleapis.com/envoy.config.";
    private static final List<String> ALL_TYPES = List.of(
            TYPES + "cluster.v3.Cluster",
            TYPES + "endpoint.v3.ClusterLoadAssignment",
            TYPES + "listener.v3.Listener",
            TYPES + "route.v3.RouteConfiguration");

    /** The most streams that a member accepts on a connection. */
    private static final int STREAMS_EACH = 900;

    /** The most bytes that a member accepts in a request. */
    private static final int LARGEST = 4_000_000;

    private static final String EXHAUSTED = "8";

    private final Door door;
    private final List<Http2Client> connections = new ArrayList<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private int streams;

    public XdsAbuse(int port) {
        this(Door.plain(port));
    }

    public XdsAbuse(Door door) {
        this.door = door;
    }

    /** Counts the streams and requests that were refused or reset because they are too much. */
    public int refused() {
        return refused.get();
    }

    /** Counts the streams and requests with another answer. */
    public int answered() {
        return answered.get();
    }

    /** Opens streams whose nodes, and whose reasons to reject each type, fill a message. */
    public void longTexts(int count, int length) {
        String text = "t".repeat(length);
        for (int i = 0; i < count; i++) {
            HttpClientRequest stream = open(WHOLE);
            Node node = Node.newBuilder().setId(text).build();
            for (String type : ALL_TYPES) {
                DiscoveryRequest.Builder request =
                        DiscoveryRequest.newBuilder().setTypeUrl(type).addResourceNames("a");
                send(stream, request.setNode(node).build());
                send(
                        stream,
                        request.clearNode()
                                .setErrorDetail(Status.newBuilder().setMessage(text))
                                .build());
            }
        }
    }

    /** Opens streams that name versions of this length. */
    public void longVersions(int count, int length) {
        String text = "v".repeat(length);
        for (int i = 0; i < count; i++) {
            DeltaDiscoveryRequest.Builder request =
                    DeltaDiscoveryRequest.newBuilder().setTypeUrl(ALL_TYPES.get(0));
            request.putInitialResourceVersions("a", text).addResourceNamesSubscribe("b");
            send(open(DELTA), request.build());
        }
    }

    /** Opens streams with a number of names of listeners each, and reads the answers. */
    public void manyNames(int count, int names) {
        manyNames(count, names, number -> "service-" + number);
    }

    /** Opens streams that ask for one name and stay. */
    public void streams(int count) {
        manyNames(count, 1, number -> "a");
    }

    private void manyNames(int count, int names, IntFunction<String> name) {
        DiscoveryRequest request = DiscoveryRequest.newBuilder()
                .setTypeUrl(ALL_TYPES.get(2))
                .addAllResourceNames(IntStream.range(0, names).mapToObj(name).toList())
                .build();
        for (int i = 0; i < count; i++) {
            send(open(WHOLE), request);
        }
    }

    /** Opens streams of requests of 4 MB whose last byte does not come. */
    public void unfinished(int count) {
        Buffer begin = Buffer.buffer().appendByte((byte) 0).appendInt(LARGEST).appendBytes(new byte[LARGEST - 1]);
        for (int i = 0; i < count; i++) {
            open(WHOLE).write(begin);
        }
    }

    /** Opens streams of requests of 4 MB of empty names. */
    public void emptyNames(int count) {
        DiscoveryRequest request = DiscoveryRequest.newBuilder()
                .addAllResourceNames(
                        IntStream.range(0, 2_000_000).mapToObj(i -> "").toList())
                .build();
        for (int i = 0; i < count; i++) {
            send(open(WHOLE), request);
        }
    }

    /** Sends requests by REST for a number of names of this length, and does not read the answers. */
    public void unreadRest(int count, int names, int length) {
        String name = "n".repeat(length);
        Buffer body = Buffer.buffer(IntStream.range(0, names)
                .mapToObj(number -> '"' + name + number + '"')
                .collect(Collectors.joining(",", "{\"resource_names\":[", "]}")));
        for (int i = 0; i < count; i++) {
            askUnread(connection().request(HttpMethod.POST, "/v3/discovery:listeners"), body);
        }
    }

    /** Sends requests for the page of clients and does not read the answers. */
    public void unreadPages(int count) {
        for (int i = 0; i < count; i++) {
            askUnread(connection().request("/v1/xds/clients"), Buffer.buffer());
        }
    }

    private void askUnread(HttpClientRequest request, Buffer body) {
        request.exceptionHandler(ended -> {});
        request.response()
                .onSuccess(response ->
                        count(response.exceptionHandler(ended -> {}).pause().statusCode() != 200));
        request.end(body);
    }

    private HttpClientRequest open(String method) {
        HttpClientRequest stream = connection()
                .request(HttpMethod.POST, method)
                .putHeader("Content-Type", "application/grpc")
                .setChunked(true);
        stream.exceptionHandler(ended -> {
            if (ended instanceof StreamResetException) {
                refused.incrementAndGet();
            }
        });
        stream.response().onSuccess(this::read);
        return stream;
    }

    private void read(HttpClientResponse response) {
        response.exceptionHandler(ended -> {}).handler(chunk -> {});
        if (EXHAUSTED.equals(response.getHeader("grpc-status"))) {
            count(true);
        } else {
            count(false);
            response.endHandler(end -> {
                if (EXHAUSTED.equals(response.getTrailer("grpc-status"))) {
                    refused.incrementAndGet();
                }
            });
        }
    }

    private void count(boolean isRefused) {
        (isRefused ? refused : answered).incrementAndGet();
    }

    private Http2Client connection() {
        if (streams % STREAMS_EACH == 0) {
            connections.add(new Http2Client(door, opened -> {}));
        }
        streams++;
        return connections.get(connections.size() - 1);
    }

    private static void send(HttpClientRequest stream, Message message) {
        byte[] bytes = message.toByteArray();
        stream.write(
                Buffer.buffer().appendByte((byte) 0).appendInt(bytes.length).appendBytes(bytes));
    }

    @Override
    public void close() {
        connections.forEach(Http2Client::close);
    }
}
