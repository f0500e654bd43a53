package io.discovery.xds;

import io.discovery.http.ClientLogLimit;
import io.discovery.http.Response;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The open streams, and what each has subscribed to: for people who ask why a client sees what it sees. */
final class ConnectedClients {

    private final XdsMetrics metrics;
    private final ClientLogLimit log;
    /** Full while a stream builds a long response in pieces, whose memory no other budget counts yet. */
    private final MemoryBudget making = MemoryBudget.of(1);

    private final Set<XdsStream<?, ?>> streams = ConcurrentHashMap.newKeySet();
    private @Nullable Future<Response> page;

    ConnectedClients(XdsMetrics metrics, ClientLogLimit log) {
        this.metrics = metrics;
        this.log = log;
    }

    XdsMetrics metrics() {
        return metrics;
    }

    MemoryBudget making() {
        return making;
    }

    ClientLogLimit log() {
        return log;
    }

    void add(XdsStream<?, ?> stream) {
        streams.add(stream);
    }

    void remove(XdsStream<?, ?> stream) {
        streams.remove(stream);
    }

    int count() {
        return streams.size();
    }

    /** Resets the stream with the largest unfinished request. */
    void resetLargest() {
        streams.stream().max(Comparator.comparingLong(XdsStream::arriving)).ifPresent(XdsStream::resetSoon);
    }

    /** Returns the streams that are open now. */
    List<XdsStream<?, ?>> all() {
        return List.copyOf(streams);
    }

    /** Returns the page of clients. Concurrent requests share one, since there may be thousands of streams. */
    synchronized Future<Response> page() {
        if (page == null || page.isComplete()) {
            page = ClientsPage.of(all());
        }
        return page;
    }
}
