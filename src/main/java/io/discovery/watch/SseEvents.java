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

/** Server-sent events for one write, in the order in which they were added. */
final class SseEvents {

    /** The id of an event that leaves the client with a part of the state. Never a version. */
    static final String INCOMPLETE = "incomplete";

    private static final ByteBuf END = ascii("\n");

    /** The head of an event, shared by all streams of this service alone. */
    private static final Renderer<ByteBuf> HEAD = Renderer.small(SseEvents::ownHead);

    private final List<ByteBuf> parts = new ArrayList<>(4);
    private int length;
    private int count;

    /** Adds the delay before the client reconnects, in milliseconds. */
    SseEvents retry(int millis) {
        return add(ascii("retry: " + millis + "\n\n"));
    }

    /** Adds an event that tells the client to drop its state. */
    SseEvents reset(String id) {
        count++;
        return add(ascii("id: " + id + "\nevent: reset\ndata: {}\n\n"));
    }

    /**
     * Adds a service's state for a stream of that service alone: the id is its version.
     *
     * @param body the v1 JSON of the service, a line; not copied
     */
    SseEvents service(Snapshot service, Buffer body) {
        return service.listings().isEmpty()
                ? removed(service, service.version().toString())
                : service(service.rendered(HEAD).duplicate(), body);
    }

    /**
     * Adds a service's state.
     *
     * @param id of the client's state after the event
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

    /** Length in bytes. */
    int length() {
        return length;
    }

    /** Number of events, without retry hints. */
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
