package io.discovery.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * The pieces of a long body in JSON, made of texts that others share: each text is made when it is due, and never
 * copied, however many clients get the body at the same time. Between two pieces only the position is kept.
 *
 * @param begin the text before the first item
 * @param text makes the text of an item; an item whose text is empty is left out
 * @param separator the text between two items
 * @param end the text after the last item
 */
public record ConcatenatedBuffers<T>(
        String begin, Iterable<T> items, Function<T, Buffer> text, String separator, String end)
        implements Iterable<Buffer> {

    /** Bytes of a piece: some milliseconds' work if none of its texts has been made yet. */
    private static final int ENOUGH = 128 * 1024;
    /** Bytes that stand for the time of an item without text. */
    private static final int ITEM = 32;

    @Override
    public Iterator<Buffer> iterator() {
        return new Pieces();
    }

    private final class Pieces implements Iterator<Buffer> {

        private final Iterator<T> rest = items.iterator();
        private String before = begin;
        private boolean isBegun;
        private boolean isOver;

        @Override
        public boolean hasNext() {
            return !isOver;
        }

        @Override
        public Buffer next() {
            List<ByteBuf> parts = new ArrayList<>();
            for (int length = 0; rest.hasNext() && length < ENOUGH; length += ITEM) {
                Buffer made = text.apply(rest.next());
                if (made.length() > 0) {
                    parts.add(bytes(before));
                    parts.add(((BufferInternal) made).getByteBuf());
                    length += made.length();
                    before = separator;
                    isBegun = true;
                }
            }
            isOver = !rest.hasNext();
            if (isOver) {
                parts.add(bytes(isBegun ? end : begin + end));
            } else if (parts.isEmpty()) {
                // A piece without bytes looks to some like an attack; between values a space means nothing.
                parts.add(bytes(" "));
            }
            return BufferInternal.buffer(Unpooled.wrappedBuffer(parts.size(), parts.toArray(ByteBuf[]::new)));
        }

        private static ByteBuf bytes(String text) {
            return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
