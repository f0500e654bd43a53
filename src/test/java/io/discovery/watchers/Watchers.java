package io.discovery.watchers;

import io.discovery.history.History;
import io.discovery.testing.XdsClient;
import io.vertx.core.net.SocketAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * All watchers of a round: some of each kind. {@link #close} ends them; the first failure of a watcher itself, which is
 * not that of a member, comes by {@link #failure}.
 */
public final class Watchers implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int NUMBERS = 1_000;
    private static final int FOLLOWED = 4;

    private final Members members;
    private final History history;
    private final Duration news;
    private final Random random;
    private final Stop stop = new Stop();
    private final XdsClient xds = new XdsClient();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    /** The numbers of streams, above those of clients that change something. */
    private final AtomicInteger numbers = new AtomicInteger(NUMBERS);

    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Watcher> watchers = new LinkedHashMap<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private Watchers(Members members, History history, Duration news, long seed) {
        this.members = members;
        this.history = history;
        this.news = news;
        this.random = new Random(seed);
    }

    /**
     * Starts all watchers.
     *
     * @param services those that watchers of single services follow, at least one
     * @param news the longest until a member tells a watcher of a change
     */
    public static Watchers start(Members members, History history, List<String> services, Duration news, long seed) {
        Watchers all = new Watchers(members, history, news, seed);
        List<String> followed = services.subList(0, Math.min(FOLLOWED, services.size()));
        for (String service : followed) {
            all.add(
                    "stream of " + service,
                    holdings -> new EventStreamWatcher(all.http, members, holdings, service, all::number));
            all.add("poll of " + service, holdings -> new LongPollWatcher(members, holdings, service, all::number));
        }
        for (int n = 0; n < 2; n++) {
            all.add(
                    "stream of all " + n,
                    holdings -> new EventStreamWatcher(all.http, members, holdings, "", all::number));
        }
        all.addXds(services);
        int client = all.numbers.getAndAdd(3);
        all.add("reads", holdings -> new Reads(members, history, client, Set.copyOf(services), all.stop));
        all.watchers.values().forEach(all::start);
        return all;
    }

    private void addXds(List<String> services) {
        add(
                "endpoints",
                holdings ->
                        new StateWatcher(member -> xds.endpoints(at(member)), holdings, services, this::number, stop));
        add(
                "aggregated endpoints",
                holdings ->
                        new StateWatcher(member -> xds.aggregated(at(member)), holdings, services, this::number, stop));
        add(
                "incremental endpoints",
                holdings -> new DeltaWatcher(
                        member -> xds.deltaEndpoints(at(member)), holdings, services, this::number, stop));
        add(
                "incremental aggregated endpoints",
                holdings -> new DeltaWatcher(
                        member -> xds.deltaAggregated(at(member)), holdings, services, this::number, stop));
    }

    private interface Making {
        Watcher of(Holdings holdings);
    }

    private void add(String name, Making watcher) {
        watchers.put(name, watcher.of(new Holdings(history, name, news)));
    }

    private int number() {
        return numbers.getAndIncrement();
    }

    private SocketAddress at(int member) {
        return SocketAddress.inetSocketAddress(members.port(), members.address(member));
    }

    private void start(Watcher watcher) {
        long seed = random.nextLong();
        Thread thread = new Thread(() -> run(watcher, new Random(seed)), "watcher-" + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void run(Watcher watcher, Random choice) {
        while (!stop.isOver()) {
            List<Integer> present = members.present();
            try {
                watcher.visit(present.get(choice.nextInt(present.size())));
            } catch (AssertionError wrong) {
                failure.compareAndSet(null, wrong);
            } catch (RuntimeException gone) {
                // The member is gone or refuses; the checker judges reads, and that watchers are in step in the end.
                stop.pause(RETRY);
            }
        }
    }

    /** Returns true if all watchers are in step with a member. */
    public boolean areInStep() {
        return outOfStep().isEmpty();
    }

    /** Returns the names of the watchers that are in step with no member. */
    public List<String> outOfStep() {
        return watchers.entrySet().stream()
                .filter(watcher -> !watcher.getValue().isInStep())
                .map(Map.Entry::getKey)
                .toList();
    }

    public int count() {
        return watchers.size();
    }

    /** Returns the first failure of a watcher; null if there is none. */
    public @Nullable Throwable failure() {
        return failure.get();
    }

    @Override
    public void close() {
        if (stop.isOver()) {
            return;
        }
        stop.now();
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(PATIENCE.toSeconds()));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        xds.close();
    }
}
