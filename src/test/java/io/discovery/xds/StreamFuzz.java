package io.discovery.xds;

import static io.discovery.fuzz.FuzzTarget.require;
import static io.discovery.fuzz.FuzzTarget.requireEqual;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.rpc.Status;
import io.discovery.directory.Directory;
import io.discovery.fuzz.FuzzTarget;
import io.discovery.http.ClientLogLimit;
import io.discovery.memory.CacheBudget;
import io.discovery.model.CheckIn;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.subscription.EventLoopSubscriptions;
import io.discovery.subscription.Subscriptions;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * Streams of xDS: requests in protobuf, each after its length in two bytes, and a change after each. The first byte of
 * an input chooses the variant of the protocol. After each request the memory that is counted for the stream is that of
 * the names, texts and subscriptions which it holds, and a stream that ends leaves nothing.
 */
public final class StreamFuzz implements FuzzTarget {

    private static final Vertx VERTX = Vertx.vertx();
    private static final int MOST_RESPONSES = 10;
    private static final String SERVICE = "payments";

    @Override
    public List<byte[]> seeds() {
        Node grpc = Node.newBuilder().setId("a").setUserAgentName("gRPC").build();
        DiscoveryRequest.Builder all = DiscoveryRequest.newBuilder().setNode(grpc);
        DiscoveryRequest.Builder some = DiscoveryRequest.newBuilder().setTypeUrl(ResourceType.ENDPOINT.url());
        DeltaDiscoveryRequest.Builder delta =
                DeltaDiscoveryRequest.newBuilder().setTypeUrl(ResourceType.ENDPOINT.url());
        return List.of(
                input(
                        0,
                        all.setTypeUrl(ResourceType.CLUSTER.url()).build(),
                        all.setTypeUrl(ResourceType.LISTENER.url()).build(),
                        all.setResponseNonce("2").addResourceNames("x").build(),
                        all.clearResourceNames().build()),
                input(
                        0,
                        some.addResourceNames(SERVICE).addResourceNames("a/b").build(),
                        some.setResponseNonce("1")
                                .setErrorDetail(Status.newBuilder().setMessage("no"))
                                .build(),
                        some.clearErrorDetail()
                                .clearResourceNames()
                                .addResourceNames("*")
                                .build()),
                input(
                        1,
                        delta.addResourceNamesSubscribe(SERVICE)
                                .putInitialResourceVersions("x", "7")
                                .build(),
                        delta.setResponseNonce("2")
                                .setErrorDetail(Status.newBuilder().setMessage("no"))
                                .build(),
                        delta.setResponseNonce("4").clearErrorDetail().build(),
                        delta.addResourceNamesUnsubscribe(SERVICE).build()),
                input(
                        1,
                        delta.clear()
                                .setTypeUrl(ResourceType.CLUSTER.url())
                                .addResourceNamesSubscribe("*")
                                .build(),
                        delta.addResourceNamesUnsubscribe("*").build()));
    }

    private static byte[] input(int variant, MessageLite... requests) {
        Buffer input = Buffer.buffer().appendByte((byte) variant);
        for (MessageLite request : requests) {
            byte[] bytes = request.toByteArray();
            input.appendUnsignedShort(bytes.length).appendBytes(bytes);
        }
        return input.getBytes();
    }

    @Override
    public long mostAllocated(int length) {
        return 4_000_000 + 4_000L * length;
    }

    @Override
    public void read(byte[] input) {
        if (input.length > 0) {
            Member member = new Member();
            Resources resources = new Resources(member.directory, new Endpoints());
            XdsMetrics metrics = new XdsMetrics(new ClientLogLimit(LoggerFactory.getLogger(StreamFuzz.class), () -> 0));
            Buffer requests = Buffer.buffer(input).getBuffer(1, input.length);
            if ((input[0] & 1) == 0) {
                member.run(
                        requests,
                        DiscoveryRequest.parser(),
                        new StateOfTheWorld(resources, member.interest, metrics, null));
            } else {
                member.run(
                        requests,
                        DeltaDiscoveryRequest.parser(),
                        new DeltaProtocol(resources, member.interest, metrics, null));
            }
        }
    }

    /** A member with one service and one stream. */
    private static final class Member {

        private final Directory directory =
                new Directory(Lease.of(Duration.ofMinutes(1)), ExpiryProtection.OFF, () -> 1, CacheBudget.unlimited());
        private final MemoryBudget budget = MemoryBudget.of(Long.MAX_VALUE);
        private final MemoryShare memory = new MemoryShare(budget);
        private final EventLoopSubscriptions following =
                new EventLoopSubscriptions(VERTX, directory, new Subscriptions(directory, () -> 1));
        private final StreamSubscriptions interest =
                new StreamSubscriptions(following.here(), memory, changed -> {}, () -> {});
        private int instances;

        <Q> void run(Buffer requests, Parser<Q> parser, Protocol<Q, ?> protocol) {
            try {
                for (int at = 0; at + 2 <= requests.length(); ) {
                    int end = Math.min(requests.length(), at + 2 + requests.getUnsignedShort(at));
                    protocol.received(parse(requests.getBytes(at + 2, end), parser));
                    respond(protocol);
                    change(protocol);
                    respond(protocol);
                    requireEqual(budget.taken(), held(protocol), "bytes counted for the stream");
                    at = end;
                }
            } catch (XdsRejectedException rejected) {
                require(!rejected.getMessage().isEmpty(), rejected::toString);
            }
            interest.close();
            memory.close();
            requireEqual(budget.taken(), 0L, "bytes counted for a stream that has ended");
            requireEqual(following.size(), 0L, "subscriptions of a stream that has ended");
        }

        private static <Q> Q parse(byte[] request, Parser<Q> parser) {
            RequestScan.check(request);
            try {
                return parser.parseFrom(request);
            } catch (InvalidProtocolBufferException malformed) {
                throw RequestScan.unreadable();
            }
        }

        private static void respond(Protocol<?, ?> protocol) {
            int responses = 0;
            while (protocol.owes()) {
                responses += protocol.next() == null ? 0 : 1;
                require(responses <= MOST_RESPONSES, () -> "no end of responses");
            }
        }

        private void change(Protocol<?, ?> protocol) {
            instances++;
            directory.merge(new Registration(
                    InstanceKey.of(new ServiceName(SERVICE), new IpAddress("10.0.0." + instances % 250)),
                    new CheckIn(new Version(instances, 1), 80, "r", ""),
                    Tags.NONE,
                    null));
            protocol.changed(Set.of(SERVICE));
        }

        private static long held(Protocol<?, ?> protocol) {
            ClientNode peer = protocol.peer();
            long bytes = peer == null ? 0 : peer.bytes();
            for (TypeSubscription subscribed : protocol.subscribed()) {
                Set<String> names = new HashSet<>(subscribed.names());
                names.addAll(subscribed.versions().names());
                bytes += names.stream().mapToLong(StreamSubscriptions::bytes).sum();
                if (subscribed.type() == ResourceType.ENDPOINT) {
                    bytes += StreamSubscriptions.SUBSCRIPTION
                            * subscribed.names().stream()
                                    .filter(name -> Resources.service(name).isPresent())
                                    .count();
                }
                TypeSubscription.Rejection rejection = subscribed.rejection();
                bytes += rejection == null
                        ? 0
                        : ClientText.bytes(rejection.reason())
                                + Protocol.REJECTED * rejection.resources().size();
            }
            return bytes;
        }
    }
}
