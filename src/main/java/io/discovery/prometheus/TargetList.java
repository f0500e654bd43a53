package io.discovery.prometheus;

import io.discovery.directory.Listing;
import io.discovery.directory.Renderer;
import io.discovery.directory.Snapshot;
import io.discovery.http.Joined;
import io.discovery.json.JsonText;
import io.discovery.model.ServiceName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Lists of targets as Prometheus reads them (its page "HTTP SD"): an array of groups, each of targets that have their labels in
 * common. No two instances do, since their addresses are among them, so each is a group.
 */
final class TargetList {

    private static final String BEGIN = "[";
    private static final String SEPARATOR = ", ";
    private static final String END = "]\n";

    /** Renderings are known by this object. */
    private static final Renderer<Buffer> LIST = new Renderer<>(TargetList::render, TargetList::bytes);

    private TargetList() {}

    /** Of one service; made once, until something other than the time of a check-in changes. */
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
     * Makes one list of several services. Each is read when its turn comes: a client that is half through it holds none of them.
     *
     * @param read reads a service; may throw, which ends the list
     */
    static Iterable<Buffer> of(Iterable<ServiceName> services, Function<ServiceName, Snapshot> read) {
        return new Joined<>(BEGIN, services, service -> groups(read.apply(service)), SEPARATOR, END);
    }

    /** What stands in the list of the service alone; not copied. */
    private static Buffer groups(Snapshot service) {
        Buffer list = of(service);
        return list.slice(BEGIN.length(), list.length() - END.length());
    }
}
