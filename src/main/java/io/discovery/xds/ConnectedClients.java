package io.discovery.xds;

import io.discovery.http.Answer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The streams that are open, and what each holds: for people who ask why a client sees what it sees. */
final class ConnectedClients {

    private final Vertx vertx;
    private final XdsMetrics tally;
    private final ClientLogLimit log;
    /** Is full while an answer is made that takes more than one piece: what has been made of it is counted nowhere yet. */
    private final MemoryBudget making = MemoryBudget.of(1);

    private final Set<XdsStream<?, ?>> streams = ConcurrentHashMap.newKeySet();
    private @Nullable Future<Answer> page;

    ConnectedClients(Vertx vertx, XdsMetrics tally, ClientLogLimit log) {
        this.vertx = vertx;
        this.tally = tally;
        this.log = log;
    }

    XdsMetrics tally() {
        return tally;
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

    /** Resets the stream that holds most of a request which is not whole. */
    void resetLargest() {
        streams.stream().max(Comparator.comparingLong(XdsStream::arriving)).ifPresent(XdsStream::resetSoon);
    }

    /** Those that are open now. */
    List<XdsStream<?, ?>> all() {
        return List.copyOf(streams);
    }

    /** GET /v1/xds/clients. One page at a time is made, for all who ask meanwhile: there may be thousands of streams. */
    Future<Answer> answer() {
        Promise<Answer> answer = Promise.promise();
        Context asking = vertx.getOrCreateContext();
        page().onComplete(made -> asking.runOnContext(on -> answer.handle(made)));
        return answer.future();
    }

    private synchronized Future<Answer> page() {
        if (page == null || page.isComplete()) {
            page = ClientsPage.of(all(), ClientsPage.FULL);
        }
        return page;
    }
}
