package io.discovery.cluster.port;

import com.hazelcast.internal.cluster.impl.ClusterDataSerializerHook;
import com.hazelcast.internal.serialization.impl.SerializationConstants;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * A check of the handshake with which each side of a connection between members begins. The check creates no object
 * from it: Hazelcast creates any object that stands in place of an address, and allocates room for as many addresses as
 * the handshake announces.
 *
 * <p>Source: {@code com.hazelcast.internal.cluster.impl.MemberHandshake} and {@code com.hazelcast.cluster.Address}.
 */
final class HandshakeForm {

    /** Maximum size of a handshake in bytes; members send about 300. */
    static final int MOST_BYTES = 16 << 10;

    private static final int MOST_ENTRIES = 100;
    private static final byte IDENTIFIED = 1;
    private static final int PORT_AND_TYPE = Integer.BYTES + 1;
    private static final int UUID_BYTES = 2 * Long.BYTES;

    private final ByteBuffer bytes;

    private HandshakeForm(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Returns whether these bytes are a handshake as members write it, and nothing else. */
    static boolean fits(byte[] payload) {
        try {
            return new HandshakeForm(ByteBuffer.wrap(payload)).isHandshake();
        } catch (BufferUnderflowException | IllegalArgumentException tooShort) {
            return false;
        }
    }

    private boolean isHandshake() {
        skip(Integer.BYTES);
        if (!isObject(ClusterDataSerializerHook.MEMBER_HANDSHAKE)) {
            return false;
        }
        byte schema = bytes.get();
        boolean fits = isAddress();
        skip(1);
        if (bytes.get() == 0) {
            skip(UUID_BYTES);
        }
        return fits && areAddresses() && (schema < 2 || areOptions()) && !bytes.hasRemaining();
    }

    private boolean isObject(int classId) {
        return bytes.getInt() == SerializationConstants.CONSTANT_TYPE_DATA_SERIALIZABLE
                && bytes.get() == IDENTIFIED
                && bytes.getInt() == ClusterDataSerializerHook.F_ID
                && bytes.getInt() == classId;
    }

    private boolean isAddress() {
        if (!isObject(ClusterDataSerializerHook.ADDRESS)) {
            return false;
        }
        skip(PORT_AND_TYPE);
        skip(bytes.getInt());
        return true;
    }

    /** Reads, for each protocol, its number and a list of addresses. */
    private boolean areAddresses() {
        int protocols = count();
        for (int protocol = 0; protocol < protocols; protocol++) {
            skip(Integer.BYTES);
            int addresses = count();
            for (int address = 0; address < addresses; address++) {
                if (!isAddress()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Reads pairs of texts. */
    private boolean areOptions() {
        int texts = 2 * count();
        for (int text = 0; text < texts; text++) {
            skip(bytes.getInt());
        }
        return true;
    }

    private int count() {
        int count = bytes.getInt();
        if (count < 0 || count > MOST_ENTRIES) {
            throw new BufferUnderflowException();
        }
        return count;
    }

    private void skip(int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        bytes.position(bytes.position() + length);
    }
}
