package io.discovery.v1;

import io.discovery.http.Response;
import io.discovery.model.RegistryException.Overloaded;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * A long JSON text while it is written, in blocks, so that it never takes more than twice its bytes. Confined to one
 * thread.
 */
final class JsonBlocks {

    private static final int BLOCK = 64 * 1024;

    private final long most;
    private final Deque<byte[]> full = new ArrayDeque<>();
    private byte[] block = new byte[BLOCK];
    private int used;
    private long length;

    /** @param most maximum bytes */
    JsonBlocks(long most) {
        this.most = most;
    }

    /** @throws Overloaded if there is no room for so long a text */
    void write(String ascii) {
        byte[] text = ascii.getBytes(StandardCharsets.US_ASCII);
        length += text.length;
        if (length > most) {
            throw new Overloaded("the list of all services takes more than " + most
                    + " bytes, for which there is no room now. Ask for each service, or give members a larger heap");
        }
        for (int written = 0; written < text.length; ) {
            if (used == block.length) {
                full.add(block);
                block = new byte[BLOCK];
                used = 0;
            }
            int fitting = Math.min(text.length - written, block.length - used);
            System.arraycopy(text, written, block, used, fitting);
            used += fitting;
            written += fitting;
        }
    }

    /** Returns the text, of which nothing more is written. */
    Buffer body() {
        full.add(Arrays.copyOf(block, used));
        byte[] body = new byte[Math.toIntExact(length)];
        int position = 0;
        for (byte[] next : full) {
            System.arraycopy(next, 0, body, position, next.length);
            position += next.length;
        }
        full.clear();
        return Response.wrapped(body);
    }
}
