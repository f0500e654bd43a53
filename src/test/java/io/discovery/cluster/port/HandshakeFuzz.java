package io.discovery.cluster.port;

import com.hazelcast.internal.cluster.impl.MemberHandshake;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.internal.serialization.impl.HeapData;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import io.discovery.fuzz.FuzzTarget;
import io.discovery.testing.MemberBytes;
import java.util.Arrays;
import java.util.List;

/** First packets of a member: Hazelcast makes a handshake and nothing else of all that {@link HandshakeForm} lets pass. */
public final class HandshakeFuzz implements FuzzTarget {

    /** Bytes of the options of {@link MemberBytes#handshake}: a count, and two pairs of texts after their lengths. */
    private static final int OPTIONS = 4 + 2 * (4 + 10 + 4 + 1);

    private static final InternalSerializationService HAZELCAST = new DefaultSerializationServiceBuilder().build();

    @Override
    public List<byte[]> seeds() {
        byte[] whole = MemberBytes.handshake();
        byte[] withoutOptions = Arrays.copyOf(whole, whole.length - OPTIONS);
        return List.of(
                whole,
                MemberBytes.handshakeReply(5701),
                MemberBytes.serialized("text"),
                // Twice as many texts are fewer than none, as an int.
                MemberBytes.join(withoutOptions, new byte[] {64, 0, 0, 0}));
    }

    @Override
    public void read(byte[] input) {
        if (HandshakeForm.fits(input)) {
            try {
                Object read = HAZELCAST.toObject(new HeapData(input));
                FuzzTarget.require(read instanceof MemberHandshake, () -> "Hazelcast reads " + read);
            } catch (HazelcastSerializationException refused) {
                // A text of it is no UTF-8, for example: Hazelcast ends the connection.
                return;
            }
        }
    }
}
