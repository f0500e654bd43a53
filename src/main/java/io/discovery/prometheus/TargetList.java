package io.discovery.prometheus;

import io.discovery.directory.Listing;
import io.discovery.directory.Snapshot;
import io.discovery.json.JsonText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Lists of targets as Prometheus reads them (its page "HTTP SD"): an array of groups, each of targets that have their labels in
 * common. No two instances do, since their addresses are among them, so each is a group.
 */
final class TargetList {

    /** So many bytes go at once: some milliseconds' work if none of them has been made yet. */
    private static final int ENOUGH = 128 * 1024;

    private static final String BEGIN = "[";
    private static final String SEPARATOR = ", ";
    private static final String END = "]\n";

    /** Renderings are known by this object. */
    private static final Function<Snapshot, Buffer> LIST = TargetList::render;

    private TargetList() {}

    /** Of one service; made once, until something other than the time of a check-in changes. */
    static Buffer of(Snapshot service) {
        return service.renderedContent(LIST);
    }

    private static Buffer render(Snapshot service) {
        return Buffer.buffer(
                service.listings().stream().map(TargetList::group).collect(Collectors.joining(SEPARATOR, BEGIN, END)));
    }

    private static String group(Listing listing) {
        String target = listing.registration().key().address().inUrl() + ":"
                + listing.checkIn().port();
        StringBuilder group = new StringBuilder(512)
                .append("{\"targets\": [")
                .append(JsonText.quote(target))
                .append("], \"labels\": {");
        String separator = "";
        for (Map.Entry<String, String> label : Labels.of(listing).entrySet()) {
            group.append(separator)
                    .append(JsonText.quote(label.getKey()))
                    .append(": ")
                    .append(JsonText.quote(label.getValue()));
            separator = SEPARATOR;
        }
        return group.append("}}").toString();
    }

    /**
     * Of many services as one list, in pieces, each made when it is asked for.
     *
     * @param services each with an instance at least
     */
    static Iterable<Buffer> of(Iterable<Snapshot> services) {
        return () -> new Pieces(services.iterator());
    }

    private static final class Pieces implements Iterator<Buffer> {

        private final Iterator<Snapshot> services;
        private String between = BEGIN;
        private boolean isOver;

        Pieces(Iterator<Snapshot> services) {
            this.services = services;
        }

        @Override
        public boolean hasNext() {
            return !isOver;
        }

        @Override
        public Buffer next() {
            List<ByteBuf> parts = new ArrayList<>();
            for (int length = 0; services.hasNext() && length < ENOUGH; ) {
                ByteBuf groups = groups(services.next());
                parts.add(ascii(between));
                parts.add(groups);
                length += groups.readableBytes();
                between = SEPARATOR;
            }
            isOver = !services.hasNext();
            if (isOver) {
                parts.add(ascii(between.equals(BEGIN) ? BEGIN + END : END));
            }
            return BufferInternal.buffer(Unpooled.wrappedBuffer(parts.size(), parts.toArray(ByteBuf[]::new)));
        }

        /** What stands in the list of the service alone; not copied. */
        private static ByteBuf groups(Snapshot service) {
            Buffer list = of(service);
            return ((BufferInternal) list.slice(BEGIN.length(), list.length() - END.length())).getByteBuf();
        }

        private static ByteBuf ascii(String text) {
            return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
