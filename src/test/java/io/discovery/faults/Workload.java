package io.discovery.faults;

import io.discovery.faults.Client.Registration;
import io.discovery.history.History;
import io.discovery.history.Operation;
import io.discovery.testing.TestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Clients at work, at any member: each has a thread, and does what {@link WorkingClient} decides. */
final class Workload {

    /** The size of the workload. */
    record Size(int services, int hostsPerService, int clients) {

        private static final int MOST_SERVICES = 256;
        private static final int MOST_HOSTS = 254;

        /** Returns whether there is an address for each host, and work for each client. */
        boolean isWorkable() {
            return services <= MOST_SERVICES
                    && hostsPerService <= MOST_HOSTS
                    && clients > 0
                    && clients <= Fleet.CLIENTS
                    && new Fleet(services, hostsPerService).employs(clients);
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Size size;
    private final Fleet fleet;
    private final History history;
    private final IntFunction<TestClient> clients;
    private final Choice choice;
    private final long seed;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean readOnly;
    private volatile boolean stopped;

    /**
     * The choice that clients have.
     *
     * @param present the members that clients may ask
     * @param isBalanced whether a load balancer stands before the members, as member {@link Operation#ANY}
     * @param lease HOST_TTL
     */
    record Choice(Supplier<List<Integer>> present, boolean isBalanced, Duration lease) {}

    Workload(Size size, Fleet fleet, History history, IntFunction<TestClient> clients, Choice choice, long seed) {
        this.size = size;
        this.fleet = fleet;
        this.history = history;
        this.clients = clients;
        this.choice = choice;
        this.seed = seed;
    }

    /** Registers every host once: each client its own, those of a few services by one request. */
    void preload() {
        run(client -> {
            List<Registration> registrations = new ArrayList<>();
            fleet.ofClient(client.id(), size.clients())
                    .forEach(host -> registrations.add(new Registration(host, fleet.next(host))));
            registerUntilAcknowledged(client, registrations);
        });
        join();
    }

    private void registerUntilAcknowledged(Client client, List<Registration> registrations) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<Integer> present = choice.present().get();
        for (int attempt = client.id(); ; attempt++) {
            if (client.registerAll(present.get(attempt % present.size()), registrations) == 200) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("the cluster takes no registrations");
            }
            LockSupport.parkNanos(WorkingClient.PACE.toNanos());
        }
    }

    /** Starts the clients, which work until {@link #stop}. */
    void start() {
        run(client -> {
            WorkingClient worker = new WorkingClient(client, fleet, choice, size.clients(), seed);
            while (!stopped) {
                worker.step(readOnly);
                LockSupport.parkNanos(WorkingClient.PACE.toNanos());
            }
        });
    }

    private void run(Consumer<Client> task) {
        for (int id = 0; id < size.clients(); id++) {
            Client client = new Client(id, history, clients);
            Thread thread = new Thread(
                    () -> {
                        try {
                            task.accept(client);
                        } catch (RuntimeException | Error failed) {
                            failure.set(failed);
                        }
                    },
                    "client-" + id);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Tells the clients whether to change anything. */
    void readOnly(boolean only) {
        readOnly = only;
    }

    /** Ends the clients and throws their first failure. */
    void stop() {
        stopped = true;
        join();
    }

    private void join() {
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(60));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(interrupted);
            }
            if (thread.isAlive()) {
                throw new AssertionError(thread.getName() + " does not end");
            }
        }
        threads.clear();
        if (failure.get() != null) {
            throw new AssertionError("a client failed", failure.get());
        }
    }
}
