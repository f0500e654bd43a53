package io.discovery.xds;

import static io.discovery.fuzz.FuzzTarget.require;
import static io.discovery.fuzz.FuzzTarget.requireEqual;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.rpc.Status;
import io.discovery.fuzz.FuzzTarget;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;

/**
 * Streams of xDS: requests in protobuf, each after its length in two bytes, and a change after each. The first byte of
 * an input chooses the variant of the protocol. After each request the memory that is counted for the stream is that of
 * the names, texts and subscriptions which it holds, and a stream that ends leaves nothing.
 */
public final class StreamFuzz implements FuzzTarget {

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
            StreamMember member = new StreamMember();
            Buffer requests = Buffer.buffer(input).getBuffer(1, input.length);
            if ((input[0] & 1) == 0) {
                run(member, requests, DiscoveryRequest.parser(), member.stateOfTheWorld());
            } else {
                run(member, requests, DeltaDiscoveryRequest.parser(), member.delta());
            }
        }
    }

    private static <Q> void run(StreamMember member, Buffer requests, Parser<Q> parser, Protocol<Q, ?> protocol) {
        try {
            for (int at = 0, n = 1; at + 2 <= requests.length(); n++) {
                int end = Math.min(requests.length(), at + 2 + requests.getUnsignedShort(at));
                protocol.received(parse(requests.getBytes(at + 2, end), parser));
                respond(protocol);
                member.register(SERVICE, "10.0.0." + n % 250);
                protocol.changed(Set.of(SERVICE));
                respond(protocol);
                requireEqual(member.counted(), StreamMember.held(protocol), "bytes counted for the stream");
                at = end;
            }
        } catch (XdsRejectedException rejected) {
            require(!rejected.getMessage().isEmpty(), rejected::toString);
        }
        member.close();
        requireEqual(member.counted(), 0L, "bytes counted for a stream that has ended");
        requireEqual(member.subscriptions(), 0L, "subscriptions of a stream that has ended");
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
}
