package io.discovery.cluster.port;

import static io.discovery.fuzz.FuzzTarget.requireEqual;

import com.hazelcast.internal.nio.Packet;
import io.discovery.fuzz.CutInput;
import io.discovery.fuzz.FuzzTarget;
import io.discovery.testing.MemberBytes;
import java.util.List;

/**
 * Connections to the members' port behind their first three bytes, half of them called by this member. The packets are
 * the same however the bytes are cut, an unfinished packet takes at most twice the bytes that have come, and a
 * connection that ends leaves nothing taken.
 */
public final class PacketFuzz implements FuzzTarget {

    @Override
    public List<byte[]> seeds() {
        byte[] handshake = MemberBytes.packet(Packet.Type.SERVER_CONTROL, MemberBytes.handshake());
        byte[] operation = MemberBytes.packet(Packet.Type.OPERATION, new byte[300]);
        return List.of(
                CutInput.input(0, MemberBytes.join(handshake, operation, operation)),
                CutInput.input(1, MemberBytes.join(operation, handshake, operation)),
                CutInput.input(2, MemberBytes.header(Packet.Type.SERVER_CONTROL, Integer.MAX_VALUE)),
                CutInput.input(3, MemberBytes.join(operation, operation)),
                CutInput.input(4, MemberBytes.join(handshake, MemberBytes.header(Packet.Type.OPERATION, 1 << 24))));
    }

    @Override
    public long mostAllocated(int length) {
        return 1_000_000 + 1_000L * length;
    }

    @Override
    public void read(byte[] input) {
        CutInput cut = CutInput.of(input);
        boolean isCaller = input.length > 0 && (input[0] & 1) == 1;
        requireEqual(
                packets(cut.pieces(), isCaller),
                packets(cut.whole(), isCaller),
                "the packets of a connection in pieces");
    }

    private static String packets(List<byte[]> pieces, boolean isCaller) {
        ReadConnection connection = new ReadConnection(isCaller);
        for (byte[] piece : pieces) {
            connection.receive(piece);
        }
        return connection.end();
    }
}
