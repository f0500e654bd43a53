package io.discovery.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Inputs that are made of others by a few changes, the same ones for the same seed: the short run among the unit tests,
 * which is not guided by coverage.
 */
public final class Mutations {

    private static final int MOST_CHANGES = 6;
    private static final byte[] ODD = {
        0, 1, 12, 31, 32, 63, 64, 127, -128, -64, -1, '%', '"', '\\', '\r', '\n', '[', '{'
    };

    private final List<byte[]> originals;
    private final int longest;
    private final Random random;

    /** @param originals at least one; short inputs are made of them, at most {@code longest} bytes */
    public Mutations(List<byte[]> originals, int longest, long seed) {
        this.originals = List.copyOf(originals);
        this.longest = longest;
        this.random = new Random(seed);
    }

    /** Returns an input, which may be empty. */
    public byte[] next() {
        byte[] input = any();
        for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0; changes--) {
            input = changed(input);
        }
        return Arrays.copyOf(input, Math.min(input.length, longest));
    }

    private byte[] any() {
        return originals.get(random.nextInt(originals.size())).clone();
    }

    private byte[] changed(byte[] input) {
        int from = random.nextInt(input.length + 1);
        int to = from + random.nextInt(input.length - from + 1);
        int near = Math.min(input.length, from + 1 + random.nextInt(4));
        return switch (random.nextInt(7)) {
            case 0 -> replaced(input, from, from, ODD[random.nextInt(ODD.length)]);
            case 1 -> replaced(input, from, near, ODD[random.nextInt(ODD.length)]);
            case 2 -> replaced(input, from, near, (byte) random.nextInt());
            case 3 -> replaced(input, from, near);
            case 4 -> replaced(input, from, to);
            case 5 -> replaced(input, to, to, Arrays.copyOfRange(input, from, to));
            default -> replaced(input, from, to, any());
        };
    }

    private static byte[] replaced(byte[] input, int from, int to, byte... by) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(input, 0, from);
        bytes.writeBytes(by);
        bytes.write(input, to, input.length - to);
        return bytes.toByteArray();
    }
}
