package io.discovery.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The bytes of a connection, and the pieces in which they arrive. The first byte of an input says how the rest is cut:
 * a parser must give the same answers however that is.
 */
public final class CutInput {

    /** Lengths of pieces are at most 2 to the power of this: single bytes, and long pieces. */
    private static final int LARGEST_POWER = 10;

    private final byte[] bytes;
    private final Random cuts;

    private CutInput(byte[] bytes, long seed) {
        this.bytes = bytes;
        this.cuts = new Random(seed);
    }

    public static CutInput of(byte[] input) {
        return input.length == 0
                ? new CutInput(input, 0)
                : new CutInput(Arrays.copyOfRange(input, 1, input.length), input[0]);
    }

    /** Returns the input that has these bytes. */
    public static byte[] input(int cuts, byte[] bytes) {
        byte[] input = new byte[1 + bytes.length];
        input[0] = (byte) cuts;
        System.arraycopy(bytes, 0, input, 1, bytes.length);
        return input;
    }

    /** Returns all bytes as one piece. */
    public List<byte[]> whole() {
        return List.of(bytes);
    }

    /** Returns the same bytes in pieces, each one byte or more. */
    public List<byte[]> pieces() {
        int most = 1 << (1 + cuts.nextInt(LARGEST_POWER));
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + 1 + cuts.nextInt(most));
            pieces.add(Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        return pieces;
    }
}
