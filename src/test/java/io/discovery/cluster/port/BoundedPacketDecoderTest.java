package io.discovery.cluster.port;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.internal.nio.Packet;
import io.discovery.testing.MemberBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedPacketDecoderTest {

    private static final byte[] HANDSHAKE = MemberBytes.packet(Packet.Type.SERVER_CONTROL, MemberBytes.handshake());

    private final ReadConnection connection = new ReadConnection(false);

    /** Hazelcast's packets begin with eight bytes, or are empty: of fewer bytes it can make none. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void aPacketThatIsTooShortEndsItsConnection(int length) {
        connection.receive(MemberBytes.packet(Packet.Type.OPERATION, new byte[length]));

        assertThat(connection.end()).contains("announced a packet of " + length + " bytes");
    }

    @Test
    void aPacketThatIsTooShortBehindTheHandshakeEndsItsConnection() {
        connection.receive(HANDSHAKE);
        connection.receive(MemberBytes.packet(Packet.Type.OPERATION, new byte[7]));

        assertThat(connection.end()).contains("announced a packet of 7 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8})
    void emptyPacketsAndShortOnesAreRead(int length) {
        connection.receive(HANDSHAKE);
        connection.receive(MemberBytes.packet(Packet.Type.OPERATION, new byte[length]));

        assertThat(connection.end().lines()).hasSize(2).noneMatch(line -> line.contains("announced"));
    }
}
