package io.discovery.directory;

/**
 * An encoded registration: bytes of its own, or a slice of an encoded list. Immutable: the bytes are written before it is
 * created, so a thread that sees it, by a race even, sees them.
 */
public final class EncodedInstance {

    private final byte[] bytes;
    private final int offset;
    private final int length;

    /** @param offset of its first byte in {@code bytes} */
    public EncodedInstance(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    static EncodedInstance of(byte[] bytes) {
        return new EncodedInstance(bytes, 0, bytes.length);
    }

    public int length() {
        return length;
    }

    /** Copies the bytes into a list, and returns the position after them. */
    public int copyTo(byte[] list, int position) {
        System.arraycopy(bytes, offset, list, position, length);
        return position + length;
    }
}
