package io.discovery.watchers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A watcher of server-sent events, of one service or of all. It comes back with the id of its last event. */
final class EventStreamWatcher implements Watcher {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String INCOMPLETE = "incomplete";
    private static final String ALL = "";

    private final HttpClient http;
    private final Members members;
    private final Holdings holdings;
    private final String service;
    private final IntSupplier numbers;
    private @Nullable String lastId;

    /** @param service empty for all */
    EventStreamWatcher(HttpClient http, Members members, Holdings holdings, String service, IntSupplier numbers) {
        this.http = http;
        this.members = members;
        this.holdings = holdings;
        this.service = service;
        this.numbers = numbers;
    }

    @Override
    public void visit(int member) {
        String path = "/v1/watch" + (service.equals(ALL) ? "" : "/" + service);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + members.address(member) + ":" + members.port() + path))
                .timeout(PATIENCE);
        if (lastId != null) {
            request.header("Last-Event-ID", lastId);
        }
        holdings.open(member, numbers.getAsInt());
        try {
            http.send(request.build(), this::subscriber);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            holdings.leave();
        }
    }

    private HttpResponse.BodySubscriber<Void> subscriber(HttpResponse.ResponseInfo head) {
        if (head.statusCode() != 200) {
            return BodySubscribers.replacing(null);
        }
        if (lastId != null && !lastId.equals(INCOMPLETE)) {
            holdings.inStepSoon();
        }
        return BodySubscribers.fromLineSubscriber(new Events());
    }

    private void receive(String type, String id, String data) {
        if (type.equals("reset")) {
            holdings.clear();
            lastId = null;
            return;
        }
        JsonNode list = SeenHosts.json(data);
        holdings.receive(list.path("service").asText(), SeenHosts.ofEvent(type, list));
        lastId = id;
        if (!id.equals(INCOMPLETE) && !holdings.isInStep()) {
            holdings.inStep();
        }
    }

    @Override
    public boolean isInStep() {
        return holdings.isInStep();
    }

    /** The lines of a stream; the client's threads call it, one after the other. */
    private final class Events implements Flow.Subscriber<String> {
        private final Map<String, String> fields = new HashMap<>();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 2));
            } else if (line.isEmpty() && fields.containsKey("data")) {
                receive(
                        fields.getOrDefault("event", ""),
                        fields.getOrDefault("id", INCOMPLETE),
                        fields.getOrDefault("data", ""));
                fields.clear();
            }
        }

        @Override
        public void onError(Throwable broken) {
            // The request that waits for the end of the stream throws it.
        }

        @Override
        public void onComplete() {
            // The request that waits for the end of the stream returns.
        }
    }
}
