package io.discovery.watchers;

import io.discovery.history.History;
import io.discovery.history.Hold;
import io.discovery.history.Operation;
import io.discovery.history.Operation.Kind;
import io.discovery.history.Seen;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The lists that one watcher holds, noted in the history. Thread-safe. */
final class Holdings {

    private static final int OK = 200;

    private final History history;
    private final String watcher;
    private final Duration news;
    private final Map<String, Map<String, Seen>> lists = new HashMap<>();
    private final Map<String, Long> since = new HashMap<>();
    private int client;
    private int member = Operation.ANY;
    private boolean isInStep;

    /** @param news the longest until a member tells a watcher of a change */
    Holdings(History history, String watcher, Duration news) {
        this.history = history;
        this.watcher = watcher;
        this.news = news;
    }

    /**
     * Begins a stream of a member. The watcher is not in step with it yet.
     *
     * @param number of the stream
     */
    synchronized void open(int at, int number) {
        leave();
        member = at;
        client = number;
    }

    /** Notes that the watcher holds what the member has sent, and is told of what changes. */
    synchronized void inStep() {
        isInStep = true;
    }

    /** Notes that the member tells the watcher within the time for news if a list that it holds is another. */
    synchronized void inStepSoon() {
        isInStep = true;
        lists.keySet().forEach(service -> since.put(service, System.nanoTime() + news.toNanos()));
    }

    /** Notes a list that the member sent. */
    synchronized void receive(String service, Map<String, Seen> list) {
        long now = System.nanoTime();
        history.add(new Operation(client, Kind.EVENT, member, service, "", "", now - news.toNanos(), now, OK, list));
        end(service, now);
        lists.put(service, list);
        since.put(service, now);
    }

    private void end(String service, long now) {
        Map<String, Seen> held = lists.get(service);
        long from = since.getOrDefault(service, Long.MAX_VALUE);
        if (isInStep && held != null && from < now) {
            history.add(new Hold(watcher, member, service, from, now, held));
        }
    }

    /** Forgets all lists. */
    synchronized void clear() {
        leave();
        lists.clear();
    }

    /** Notes the end of a stream, or of a request that waited. */
    synchronized void leave() {
        long now = System.nanoTime();
        lists.keySet().forEach(service -> end(service, now));
        since.clear();
        isInStep = false;
    }

    synchronized boolean isInStep() {
        return isInStep;
    }

    /** Returns the list that the watcher holds of a service; empty if it holds none. */
    synchronized Map<String, Seen> list(String service) {
        return lists.getOrDefault(service, Map.of());
    }
}
