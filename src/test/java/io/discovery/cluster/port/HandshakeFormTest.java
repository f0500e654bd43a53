package io.discovery.cluster.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.MemberBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The form of Hazelcast's handshake: if it changes, the first of these tests fails, and {@link HandshakeForm} has to
 * follow.
 */
class HandshakeFormTest {

    private static final byte[] HANDSHAKE = MemberBytes.handshake();

    @Test
    void whatMembersSendFits() {
        assertThat(HandshakeForm.fits(HANDSHAKE)).isTrue();
        assertThat(HANDSHAKE.length).isLessThan(HandshakeForm.MOST_BYTES / 10);
    }

    @Test
    void nothingThatIsCutOffFitsNorWhatHasMore() {
        for (int length = 0; length < HANDSHAKE.length; length++) {
            assertThat(HandshakeForm.fits(Arrays.copyOf(HANDSHAKE, length)))
                    .as("%s bytes", length)
                    .isFalse();
        }
        assertThat(HandshakeForm.fits(Arrays.copyOf(HANDSHAKE, HANDSHAKE.length + 1)))
                .isFalse();
    }

    /** Hazelcast would make room for so many addresses. */
    @Test
    void noCountThatIsLargerThanWhatFollowsFits() {
        for (int at = 0; at + Integer.BYTES <= HANDSHAKE.length; at++) {
            byte[] changed = HANDSHAKE.clone();
            if (ByteBuffer.wrap(changed).getInt(at) == 1) {
                ByteBuffer.wrap(changed).putInt(at, Integer.MAX_VALUE);
                boolean isMemberOfAnAddress = HandshakeForm.fits(changed);
                assertThat(isMemberOfAnAddress).as("1 at %s made larger", at).isFalse();
            }
        }
    }

    @Test
    void noOtherObjectFits() {
        assertThat(HandshakeForm.fits(MemberBytes.serializedByJava(MemberBytes.bomb())))
                .isFalse();
        assertThat(HandshakeForm.fits(MemberBytes.serialized("text"))).isFalse();
    }

    @Test
    void noiseIsReadWithoutAFailure() {
        Random random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = HANDSHAKE.clone();
            for (int change = 0; change < 3; change++) {
                noise[random.nextInt(noise.length)] = (byte) random.nextInt();
            }
            HandshakeForm.fits(noise);
        }
    }
}
