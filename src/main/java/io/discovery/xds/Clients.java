package io.discovery.xds;

import io.discovery.http.Answer;
import io.discovery.json.JsonText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams that are open, and what each holds: for people who ask why a client sees what it sees. */
final class Clients {

    /** Names that are told of each type; there may be thousands. */
    private static final int NAMES_TOLD = 100;

    private final Vertx vertx;
    private final Tally tally;
    private final ClientLog log;
    /** Is full while an answer is made that takes more than one piece: what has been made of it is counted nowhere yet. */
    private final Room making = new Room(1);

    private final Set<Stream<?, ?>> streams = ConcurrentHashMap.newKeySet();

    Clients(Vertx vertx, Tally tally, ClientLog log) {
        this.vertx = vertx;
        this.tally = tally;
        this.log = log;
    }

    Tally tally() {
        return tally;
    }

    Room making() {
        return making;
    }

    ClientLog log() {
        return log;
    }

    void add(Stream<?, ?> stream) {
        streams.add(stream);
    }

    void remove(Stream<?, ?> stream) {
        streams.remove(stream);
    }

    int count() {
        return streams.size();
    }

    /** Resets the stream that holds most of a request which is not whole. */
    void resetLargest() {
        streams.stream().max(Comparator.comparingLong(Stream::arriving)).ifPresent(Stream::resetSoon);
    }

    /** Those that are open now. */
    List<Stream<?, ?>> all() {
        return List.copyOf(streams);
    }

    /** GET /v1/xds/clients: each stream is asked on its own event loop. */
    Future<Answer> answer() {
        List<Future<Map<String, Object>>> told = new ArrayList<>();
        all().forEach(stream -> told.add(stream.ask(() -> describe(stream))));
        return Future.all(told)
                .map(all -> Map.of("clients", all.<Map<String, Object>>list()))
                // Thousands of clients take longer to write down than an event loop may be held up.
                .compose(clients ->
                        vertx.executeBlocking(() -> Answer.ok(Buffer.buffer(JsonText.write(clients) + "\n")), false));
    }

    private static Map<String, Object> describe(Stream<?, ?> stream) {
        Protocol<?, ?> protocol = stream.protocol();
        Peer peer = protocol.peer();
        Map<String, Object> client = new LinkedHashMap<>();
        client.put("address", String.valueOf(stream.address()));
        client.put("id", peer == null ? "" : peer.id());
        client.put("cluster", peer == null ? "" : peer.cluster());
        client.put("user_agent", peer == null ? "" : peer.userAgent());
        client.put("protocol", protocol instanceof Incremental ? "delta" : "state of the world");
        client.put("connected_seconds", stream.age().toSeconds());
        Map<String, Object> types = new LinkedHashMap<>();
        protocol.subscribed().forEach(each -> types.put(each.type().plural(), describe(each)));
        client.put("resources", types);
        return client;
    }

    private static Map<String, Object> describe(Subscribed subscribed) {
        Map<String, Object> of = new LinkedHashMap<>();
        of.put("all", subscribed.isToAll());
        of.put("count", subscribed.names().size());
        of.put("names", subscribed.names().stream().limit(NAMES_TOLD).toList());
        of.put("sent", subscribed.version());
        of.put("acknowledged", subscribed.acknowledged());
        Subscribed.Rejection rejection = subscribed.rejection();
        if (rejection != null) {
            of.put("rejected", Map.of("version", rejection.version(), "reason", rejection.reason()));
        }
        return of;
    }
}
