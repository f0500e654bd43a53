package io.discovery.watch;

import io.discovery.directory.Renderer;
import io.discovery.directory.Snapshot;
import io.discovery.json.JsonText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Events that go to a client together, in the order in which they were added. */
final class SseEvents {

    /** The id of an event after which the client has some of what there is, but not all. It is no version. */
    static final String INCOMPLETE = "incomplete";

    private static final ByteBuf END = ascii("\n");

    /** What stands before the JSON for all who watch this service alone. */
    private static final Renderer<ByteBuf> HEAD = Renderer.small(SseEvents::ownHead);

    private final List<ByteBuf> parts = new ArrayList<>(4);
    private int length;
    private int count;

    /** How long the client is to wait before it comes again, in milliseconds. */
    SseEvents retry(int millis) {
        return add(ascii("retry: " + millis + "\n\n"));
    }

    /** What the client has is to be forgotten. */
    SseEvents reset(String id) {
        count++;
        return add(ascii("id: " + id + "\nevent: reset\ndata: {}\n\n"));
    }

    /**
     * How a service reads, for a client that watches no other: the id is its version.
     *
     * @param body the v1 JSON of the service, a line; not copied
     */
    SseEvents service(Snapshot service, Buffer body) {
        return service.listings().isEmpty()
                ? removed(service, service.version().toString())
                : service(service.rendered(HEAD).duplicate(), body);
    }

    /**
     * How a service reads.
     *
     * @param id of what the client has after it
     * @param body the v1 JSON of the service, a line; not copied
     */
    SseEvents service(Snapshot service, String id, Buffer body) {
        return service.listings().isEmpty() ? removed(service, id) : service(head(id), body);
    }

    private SseEvents service(ByteBuf head, Buffer body) {
        count++;
        return add(head).add(((BufferInternal) body).getByteBuf()).add(END.duplicate());
    }

    private SseEvents removed(Snapshot service, String id) {
        count++;
        return add(ascii(
                "id: " + id + "\nevent: removed\ndata: {\"service\": " + JsonText.quote(service.name()) + "}\n\n"));
    }

    private static ByteBuf ownHead(Snapshot service) {
        return head(service.version().toString());
    }

    private static ByteBuf head(String id) {
        return ascii("id: " + id + "\nevent: service\ndata: ");
    }

    private SseEvents add(ByteBuf part) {
        parts.add(part);
        length += part.readableBytes();
        return this;
    }

    /** In bytes. */
    int length() {
        return length;
    }

    /** How many events, without hints. */
    int count() {
        return count;
    }

    Buffer toBuffer() {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(parts.size(), parts.toArray(ByteBuf[]::new)));
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }
}
