package io.discovery.xds;

import io.discovery.http.Response;
import io.discovery.json.JsonText;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A description of the open streams, which visits one stream after the other, each on its own event loop, until it is
 * full. Confined to the event loop of the current stream.
 */
final class ClientsPage {

    /** Characters after which the page describes no further stream. */
    static final int FULL = 4_000_000;

    /** Names that the page lists of each type; a stream may have thousands. */
    private static final int MOST_NAMES = 100;

    private static final int LONGEST_NAME = 200;

    private final Iterator<XdsStream<?, ?>> rest;
    private final int full;
    private final int streams;
    private final StringBuilder text = new StringBuilder("[");
    private final Promise<ClientRows> page = Promise.promise();
    private int described;

    private ClientsPage(List<XdsStream<?, ?>> streams, int most, int full) {
        this.rest = streams.stream().limit(most).iterator();
        this.streams = streams.size();
        this.full = full;
    }

    /** Returns the response to GET /v1/xds/clients. */
    static Future<Response> of(List<XdsStream<?, ?>> streams) {
        return of(streams, FULL);
    }

    /** @param full {@link #FULL}, or a test's */
    static Future<Response> of(List<XdsStream<?, ?>> streams, int full) {
        return rows(streams, streams.size(), full)
                .map(rows -> Response.ok(Buffer.buffer("{\"clients\": " + rows.json()
                        + (rows.leftOut() == 0 ? "" : ", \"left_out\": " + rows.leftOut()) + "}\n")));
    }

    /**
     * @param most streams that are described at most
     * @param full characters after which no further stream is described
     */
    static Future<ClientRows> rows(List<XdsStream<?, ?>> streams, int most, int full) {
        ClientsPage made = new ClientsPage(streams, most, full);
        made.describeNext();
        return made.page.future();
    }

    private void describeNext() {
        if (!rest.hasNext() || text.length() >= full) {
            page.complete(new ClientRows(text.append(']').toString(), streams - described));
            return;
        }
        XdsStream<?, ?> stream = rest.next();
        stream.ask(() -> JsonText.write(describe(stream))).onComplete(this::add, page::fail);
    }

    private void add(String client) {
        text.append(described == 0 ? "" : ", ").append(client);
        described++;
        describeNext();
    }

    private static Map<String, Object> describe(XdsStream<?, ?> stream) {
        Protocol<?, ?> protocol = stream.protocol();
        ClientNode peer = protocol.peer();
        Map<String, Object> client = new LinkedHashMap<>();
        client.put("address", String.valueOf(stream.address()));
        client.put("id", peer == null ? "" : peer.id());
        client.put("cluster", peer == null ? "" : peer.cluster());
        client.put("user_agent", peer == null ? "" : peer.userAgent());
        client.put("protocol", protocol instanceof DeltaProtocol ? "delta" : "state of the world");
        client.put("connected_seconds", stream.age().toSeconds());
        Map<String, Object> types = new LinkedHashMap<>();
        protocol.subscribed().forEach(each -> types.put(each.type().plural(), describe(each)));
        client.put("resources", types);
        return client;
    }

    private static Map<String, Object> describe(TypeSubscription subscribed) {
        Map<String, Object> of = new LinkedHashMap<>();
        of.put("all", subscribed.isToAll());
        of.put("count", subscribed.names().size());
        of.put("names", names(subscribed.names()));
        of.put("sent", subscribed.version());
        of.put("acknowledged", subscribed.acknowledged());
        TypeSubscription.Rejection rejection = subscribed.rejection();
        if (rejection != null) {
            Map<String, Object> rejected = new LinkedHashMap<>();
            rejected.put("version", rejection.version());
            rejected.put("reason", rejection.reason());
            rejected.put("names", names(rejection.resources()));
            of.put("rejected", rejected);
        }
        return of;
    }

    private static List<String> names(Set<String> all) {
        return all.stream()
                .limit(MOST_NAMES)
                .map(name -> name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name)
                .toList();
    }
}
