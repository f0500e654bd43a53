package io.discovery.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Texts that others hold too, one after the other, for a long answer: they are asked for when it is their turn, and not copied,
 * however many clients get the answer at the same time.
 *
 * @param begin stands before the first
 * @param separator between two
 * @param end after the last
 */
public record Joined(String begin, Iterable<Buffer> texts, String separator, String end) implements Iterable<Buffer> {

    /** So many bytes go at once: some milliseconds' work if none of them has been made yet. */
    private static final int ENOUGH = 128 * 1024;

    @Override
    public Iterator<Buffer> iterator() {
        return new Pieces();
    }

    private final class Pieces implements Iterator<Buffer> {

        private final Iterator<Buffer> rest = texts.iterator();
        private String before = begin;
        private boolean isOver;

        @Override
        public boolean hasNext() {
            return !isOver;
        }

        @Override
        public Buffer next() {
            List<ByteBuf> parts = new ArrayList<>();
            for (int length = 0; rest.hasNext() && length < ENOUGH; ) {
                Buffer text = rest.next();
                parts.add(bytes(before));
                parts.add(((BufferInternal) text).getByteBuf());
                length += text.length();
                before = separator;
            }
            isOver = !rest.hasNext();
            if (isOver) {
                parts.add(bytes(parts.isEmpty() ? before + end : end));
            }
            return BufferInternal.buffer(Unpooled.wrappedBuffer(parts.size(), parts.toArray(ByteBuf[]::new)));
        }

        private static ByteBuf bytes(String text) {
            return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
