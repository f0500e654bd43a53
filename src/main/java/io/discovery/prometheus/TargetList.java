package io.discovery.prometheus;

import io.discovery.directory.Listing;
import io.discovery.directory.Renderer;
import io.discovery.directory.Snapshot;
import io.discovery.http.ConcatenatedBuffers;
import io.discovery.json.JsonText;
import io.discovery.model.ServiceName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Renderer of target lists for Prometheus (its page "HTTP SD"): an array of groups, each of targets with equal labels.
 * The address is a label, so each instance is a group of its own.
 */
final class TargetList {

    private static final String BEGIN = "[";
    private static final String SEPARATOR = ", ";
    private static final String END = "]\n";

    /** Snapshots cache renderings by this object. */
    private static final Renderer<Buffer> LIST = new Renderer<>(TargetList::render, TargetList::bytes);

    private TargetList() {}

    /** Returns the list of one service, cached until its content changes; the time of a check-in is not content. */
    static Buffer of(Snapshot service) {
        return service.renderedContent(LIST);
    }

    private static Buffer render(Snapshot service) {
        return Buffer.buffer(
                service.listings().stream().map(TargetList::group).collect(Collectors.joining(SEPARATOR, BEGIN, END)));
    }

    private static long bytes(Buffer list) {
        return ((BufferInternal) list).getByteBuf().capacity();
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
     * Returns one list of several services. Each service is read when its turn comes: a client that is half through the
     * list holds none of them.
     *
     * @param read reads a service; may throw, which ends the list
     */
    static Iterable<Buffer> of(Iterable<ServiceName> services, Function<ServiceName, Snapshot> read) {
        return new ConcatenatedBuffers<>(BEGIN, services, service -> groups(read.apply(service)), SEPARATOR, END);
    }

    /** Returns the list of a service without its brackets, as a slice. */
    private static Buffer groups(Snapshot service) {
        Buffer list = of(service);
        return list.slice(BEGIN.length(), list.length() - END.length());
    }
}
