package io.discovery.cluster.port;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.nio.IOUtil;
import com.hazelcast.internal.nio.Packet;
import com.hazelcast.internal.serialization.impl.HeapData;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.tcp.PacketDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of packets that reads as Hazelcast's own decoder does, but trusts no announced size: Hazelcast's allocates
 * 2 GB if eleven bytes say so. The first packet of a connection must be a handshake; {@link HandshakeForm} checks it
 * before Hazelcast creates objects from it. A peer that breaks a rule loses its connection. Runs on the connection's
 * thread for input, except {@link #giveBack}.
 *
 * <p>A peer that this member has called may have the connection at hand before its handshake has left: Hazelcast sends
 * urgent packets, such as the list of members, ahead of it. Those packets wait here for the handshake; they have {@link
 * #MOST_EARLY_BYTES} at most.
 */
final class BoundedPacketDecoder extends PacketDecoder {

    /** Bytes of a header: version (1), flags (2), partition (4) and size (4). */
    private static final int HEADER_BYTES = 11;

    /** Bytes that each packet begins with, unless it is empty: Hazelcast throws for fewer, and logs each time. */
    private static final int LEAST_BYTES = HeapData.HEAP_DATA_OVERHEAD;

    private static final int FIRST_ROOM = 64 << 10;

    /**
     * Maximum bytes of packets before the handshake: a list of members has some kilobytes, and the state that a member
     * gets when it joins some ten.
     */
    private static final int MOST_EARLY_BYTES = 1 << 20;

    /** Heap bytes that a packet takes beside its content, about. */
    private static final int PACKET_OVERHEAD = 128;

    private final UnknownConnections strangers;
    private final PacketMemory memory;
    /** Bytes that the unfinished packet holds of the memory for all packets. */
    private final AtomicLong held = new AtomicLong();

    /** True until the handshake comes. */
    private boolean isStranger = true;
    /** The packets that came before the handshake. */
    private final List<Packet> early = new ArrayList<>();

    private int earlyBytes;
    private char flags;
    private int partition;
    private int size;
    private int filled;
    private byte @Nullable [] payload;

    BoundedPacketDecoder(
            ServerConnection connection, Consumer<Packet> packets, UnknownConnections strangers, PacketMemory memory) {
        super(connection, packets);
        this.strangers = strangers;
        this.memory = memory;
    }

    @Override
    public void handlerAdded() {
        super.handlerAdded();
        channel.addCloseListener(closed -> giveBack());
    }

    @Override
    public HandlerStatus onRead() {
        src.flip();
        try {
            String fault = readPackets();
            if (fault != null) {
                src.position(src.limit());
                payload = null;
                giveBack();
                strangers.refuse(connection, fault);
            }
            return HandlerStatus.CLEAN;
        } finally {
            IOUtil.compactOrClear(src);
        }
    }

    /** Reads all complete packets; returns the fault of the input, or null. */
    private @Nullable String readPackets() {
        String fault = null;
        while (fault == null && (payload != null || src.remaining() >= HEADER_BYTES)) {
            fault = payload == null ? readHeader() : null;
            if (fault == null && (fault = readPayload()) == null) {
                if (filled < size) {
                    return null;
                }
                fault = deliver();
            }
        }
        return fault;
    }

    private @Nullable String readHeader() {
        byte version = src.get();
        flags = src.getChar();
        partition = src.getInt();
        size = src.getInt();
        filled = 0;
        if (version != Packet.VERSION) {
            return "sent a packet of version " + version + ", expected " + Packet.VERSION;
        }
        long most = mostBytes();
        if (size < 0 || size > most) {
            return "announced a packet of " + Integer.toUnsignedString(size) + " bytes, expected at most " + most;
        }
        if (size > 0 && size < LEAST_BYTES) {
            return "announced a packet of " + size + " bytes, expected none or at least " + LEAST_BYTES;
        }
        payload = new byte[0];
        return null;
    }

    private long mostBytes() {
        if (!isStranger) {
            return memory.mostOfOne();
        }
        return channel.isClientMode() ? MOST_EARLY_BYTES - earlyBytes : HandshakeForm.MOST_BYTES;
    }

    private @Nullable String readPayload() {
        while (payload != null && filled < size && src.hasRemaining()) {
            if (filled == payload.length && !grow(payload)) {
                return "sent a packet for which there is no memory: too many are unfinished";
            }
            int length = Math.min(src.remaining(), payload.length - filled);
            src.get(payload, filled, length);
            filled += length;
        }
        return null;
    }

    private boolean grow(byte[] full) {
        int room = (int) Math.min(size, Math.max(FIRST_ROOM, 2L * full.length));
        if (!memory.take(room - full.length)) {
            return false;
        }
        held.addAndGet(room - full.length);
        payload = Arrays.copyOf(full, room);
        if (channel.isClosed()) {
            giveBack();
        }
        return true;
    }

    private @Nullable String deliver() {
        byte[] complete = Objects.requireNonNull(payload);
        payload = null;
        giveBack();
        memory.arrived(size);
        Packet packet = new Packet(complete, partition).resetFlagsTo(flags);
        if (isStranger) {
            return deliverHandshake(packet, complete);
        }
        onPacketComplete(packet);
        return null;
    }

    private @Nullable String deliverHandshake(Packet packet, byte[] bytes) {
        if (packet.getPacketType() != Packet.Type.SERVER_CONTROL || !HandshakeForm.fits(bytes)) {
            return channel.isClientMode() ? keepEarly(packet, bytes) : "sent something else before its handshake";
        }
        isStranger = false;
        strangers.handshakeOf(connection);
        onPacketComplete(packet);
        early.forEach(this::onPacketComplete);
        early.clear();
        return connection.isAlive() ? null : "does not fit: " + connection.getCloseReason();
    }

    private @Nullable String keepEarly(Packet packet, byte[] bytes) {
        earlyBytes += bytes.length + PACKET_OVERHEAD;
        if (earlyBytes > MOST_EARLY_BYTES) {
            return "sent more than " + MOST_EARLY_BYTES + " bytes before its handshake";
        }
        early.add(packet);
        return null;
    }

    private void giveBack() {
        memory.giveBack(held.getAndSet(0));
    }
}
