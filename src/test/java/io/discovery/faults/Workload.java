package io.discovery.faults;

import io.discovery.testing.TestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Clients that register, heartbeat, weigh, deregister and read, at any member. Each host has one client that changes
 * it. Three of five hosts are never deregistered: whatever happens, every list must have them.
 */
final class Workload implements AutoCloseable {

    /** The size of the workload. */
    record Size(int services, int hostsPerService, int clients) {}

    /** The pause between two operations of one client: enough to keep a core busy, not both. */
    private static final Duration PACE = Duration.ofMillis(6);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int STABLE_OF_FIVE = 3;
    private static final int HEAVIEST = 100;

    private final Size size;
    private final int members;
    private final History history;
    private final IntFunction<TestClient> clients;
    private final long seed;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean readOnly;
    private volatile boolean stopped;

    Workload(Size size, int members, History history, IntFunction<TestClient> clients, long seed) {
        this.size = size;
        this.members = members;
        this.history = history;
        this.clients = clients;
        this.seed = seed;
    }

    static String service(int service) {
        return "service-" + service;
    }

    private static String host(int service, int host) {
        return "127.1." + service + "." + (host + 1);
    }

    /** Registers every host once. */
    void preload() {
        run(this::preload);
        join();
    }

    private void preload(Client client) {
        for (int service = 0; service < size.services(); service++) {
            for (int host = 0; host < size.hostsPerService(); host++) {
                if (owns(client, service, host)) {
                    registerUntilAcknowledged(client, service, host);
                }
            }
        }
    }

    private void registerUntilAcknowledged(Client client, int service, int host) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int attempt = 0; !isRegistered(client, service, host, attempt); attempt++) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the cluster takes no registrations");
            }
            LockSupport.parkNanos(PACE.toNanos());
        }
    }

    private boolean isRegistered(Client client, int service, int host, int attempt) {
        return client.register(host % members, service(service), host(service, host), "preload-" + attempt)
                        .status()
                == 200;
    }

    /** Starts the clients, which work until {@link #stop}. */
    void start() {
        run(this::work);
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

    private void work(Client client) {
        Random random = new Random(seed * 31 + client.id());
        for (int count = 0; !stopped; count++) {
            step(client, random, count);
            LockSupport.parkNanos(PACE.toNanos());
        }
    }

    private void step(Client client, Random random, int count) {
        int member = random.nextInt(members);
        int service = random.nextInt(size.services());
        if (random.nextBoolean() || readOnly) {
            client.read(member, service(service));
            return;
        }
        int host = ownHost(client, service, random);
        boolean stable = host % 5 < STABLE_OF_FIVE;
        int dice = random.nextInt(10);
        if (dice < 2) {
            String weight = Integer.toString(1 + random.nextInt(HEAVIEST));
            client.weigh(member, service(service), host(service, host), weight);
        } else if (dice < 6 && !stable) {
            client.deregister(member, service(service), host(service, host));
        } else {
            client.register(member, service(service), host(service, host), client.id() + "-" + count);
        }
    }

    /** Tells the clients whether to change anything. */
    void readOnly(boolean only) {
        readOnly = only;
    }

    private boolean owns(Client client, int service, int host) {
        return (service + host) % size.clients() == client.id();
    }

    private int ownHost(Client client, int service, Random random) {
        int host = random.nextInt(size.hostsPerService());
        while (!owns(client, service, host)) {
            host = (host + 1) % size.hostsPerService();
        }
        return host;
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

    @Override
    public void close() {
        stopped = true;
    }
}
