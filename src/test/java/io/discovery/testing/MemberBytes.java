package io.discovery.testing;

import com.hazelcast.cluster.Address;
import com.hazelcast.instance.ProtocolType;
import com.hazelcast.internal.cluster.impl.MemberHandshake;
import com.hazelcast.internal.nio.Packet;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.internal.serialization.impl.SerializationConstants;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The bytes that members send each other, and bytes that an attacker could send instead, as the classes of Hazelcast
 * make them.
 */
public final class MemberBytes {

    /** The number of levels: each takes twice as long to read as the one before, and all of them hours. */
    private static final int BOMB_DEPTH = 40;

    /** The length of a head: version (1), flags (2), partition (4) and size (4). */
    private static final int HEADER_BYTES = 11;

    private MemberBytes() {}

    /** Returns the bytes with which each side begins. */
    public static byte[] hello() {
        return "HZC".getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the head of a packet that announces {@code size} bytes. */
    public static byte[] header(Packet.Type type, int size) {
        char flags = new Packet().setPacketType(type).getFlags();
        return ByteBuffer.allocate(HEADER_BYTES)
                .put(Packet.VERSION)
                .putChar(flags)
                .putInt(-1)
                .putInt(size)
                .array();
    }

    /** Reads and drops a packet. */
    public static void skipPacket(DataInputStream in) throws IOException {
        in.skipNBytes(HEADER_BYTES - Integer.BYTES);
        in.skipNBytes(in.readInt());
    }

    public static byte[] packet(Packet.Type type, byte[] payload) {
        return join(header(type, payload.length), payload);
    }

    /** Returns the payload of the first packet of a member with a new id. */
    public static byte[] handshake() {
        return handshake(address("127.0.0.9", 5701), address("127.0.0.9", 5701), true);
    }

    /** Returns the answer of a member on {@code port} to the member that has called it. */
    public static byte[] handshakeReply(int port) {
        return handshake(address("127.0.0.1", port), address("127.0.0.1", port), false);
    }

    private static byte[] handshake(Address own, Address called, boolean isReplyWanted) {
        return serialized(new MemberHandshake(
                        MemberHandshake.SCHEMA_VERSION_2,
                        Map.of(ProtocolType.MEMBER, List.of(own)),
                        called,
                        isReplyWanted,
                        UUID.randomUUID())
                .addOption(MemberHandshake.OPTION_PLANE_COUNT, 1)
                .addOption(MemberHandshake.OPTION_PLANE_INDEX, 0));
    }

    private static Address address(String host, int port) {
        try {
            return new Address(host, port);
        } catch (UnknownHostException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Returns sets of sets, a few hundred bytes as Java writes them. */
    public static Set<Object> bomb() {
        Set<Object> root = new HashSet<>();
        Set<Object> left = root;
        Set<Object> right = new HashSet<>();
        for (int depth = 0; depth < BOMB_DEPTH; depth++) {
            Set<Object> nextLeft = new HashSet<>(Set.of("a"));
            Set<Object> nextRight = new HashSet<>();
            left.add(nextLeft);
            left.add(nextRight);
            right.add(nextLeft);
            right.add(nextRight);
            left = nextLeft;
            right = nextRight;
        }
        return root;
    }

    /** Serializes a value as Java does, behind the head by which Hazelcast knows that. */
    public static byte[] serializedByJava(Object object) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        byte[] head = ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(0)
                .putInt(SerializationConstants.JAVA_DEFAULT_TYPE_SERIALIZABLE)
                .array();
        return join(head, bytes.toByteArray());
    }

    /** Serializes a value as Hazelcast does. */
    public static byte[] serialized(Object object) {
        InternalSerializationService service = new DefaultSerializationServiceBuilder().build();
        try {
            return service.toBytes(object);
        } finally {
            service.dispose();
        }
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (byte[] part : parts) {
                all.write(part);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return all.toByteArray();
    }
}
