package io.discovery.testing;

import com.hazelcast.cluster.Address;
import com.hazelcast.instance.ProtocolType;
import com.hazelcast.internal.cluster.impl.MemberHandshake;
import com.hazelcast.internal.nio.Packet;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.internal.serialization.impl.SerializationConstants;
import java.io.ByteArrayOutputStream;
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

/** What members send each other, and what somebody could send instead, as Hazelcast's own classes make it. */
public final class MemberBytes {

    /** Each level takes twice as long to read as the one before: this one hours. */
    private static final int BOMB_DEPTH = 40;

    private MemberBytes() {}

    /** With which each side begins. */
    public static byte[] hello() {
        return "HZC".getBytes(StandardCharsets.US_ASCII);
    }

    /** The head of a packet that announces {@code size} bytes. */
    public static byte[] header(Packet.Type type, int size) {
        char flags = new Packet().setPacketType(type).getFlags();
        return ByteBuffer.allocate(11)
                .put(Packet.VERSION)
                .putChar(flags)
                .putInt(-1)
                .putInt(size)
                .array();
    }

    public static byte[] packet(Packet.Type type, byte[] payload) {
        return join(header(type, payload.length), payload);
    }

    /** The payload of the first packet of a member with an id that no other has. */
    public static byte[] handshake() {
        return serialized(new MemberHandshake(
                        MemberHandshake.SCHEMA_VERSION_2,
                        Map.of(ProtocolType.MEMBER, List.of(address())),
                        address(),
                        true,
                        UUID.randomUUID())
                .addOption(MemberHandshake.OPTION_PLANE_COUNT, 1)
                .addOption(MemberHandshake.OPTION_PLANE_INDEX, 0));
    }

    private static Address address() {
        try {
            return new Address("127.0.0.9", 5701);
        } catch (UnknownHostException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Sets of sets, a few hundred bytes as Java writes them. */
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

    /** As Java writes it, behind the head by which Hazelcast knows that. */
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

    /** As Hazelcast writes it. */
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
