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
final class Clients {

    private final Vertx vertx;
    private final Tally tally;
    private final ClientLog log;
    /** Is full while an answer is made that takes more than one piece: what has been made of it is counted nowhere yet. */
    private final Room making = Room.of(1);

    private final Set<Stream<?, ?>> streams = ConcurrentHashMap.newKeySet();
    private @Nullable Future<Answer> page;

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
