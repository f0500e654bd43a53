package io.discovery.directory;

/** An encoded registration: bytes of its own, or a part of a list that was joined of many. Nobody changes the bytes. */
public final class EncodedInstance {

    private final byte[] bytes;
    private final int offset;
    private final int length;

    /** @param offset where it begins in {@code bytes} */
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

    /** Copies it to a place in a list, and answers where it ends there. */
    public int copyTo(byte[] list, int position) {
        System.arraycopy(bytes, offset, list, position, length);
        return position + length;
    }
}
