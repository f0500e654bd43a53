package io.discovery.soak;

import io.discovery.testing.TestClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A fleet that changes all the time, and the truth about it: hosts report, get weights, are removed, fall silent one by
 * one, and a deploy that removes no host replaces a whole service at once. One thread does all of that, at any member.
 */
final class Hosts {

    private static final int SERVICES = 10;
    private static final int OF_A_SERVICE = 100;
    private static final int HEAVIEST = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(50);

    /** The number of steps from one change of a kind to the next, for each kind. */
    private static final int WEIGHT = 25;

    private static final int REMOVAL = 50;
    private static final int DEATH = 100;
    private static final int DEPLOY = 7_500;
    private static final int STEPS_OF_A_DEPLOY = 20;

    private final List<TestClient> members;
    private final Random random;
    private final Map<String, Map<String, Host>> services = new TreeMap<>();
    /** The hosts that report next; some are gone meanwhile. */
    private final Deque<Host> round = new ArrayDeque<>();

    /** The hosts that the deploy under way replaces. */
    private final Deque<Host> outdated = new ArrayDeque<>();

    private int addresses;
    private long steps;

    /** A live host; without a weight until it gets one. */
    record Host(
            String service,
            String address,
            String revision,
            @Nullable String weight) {}

    /** Registers all hosts. */
    Hosts(List<TestClient> members, long seed) {
        this.members = List.copyOf(members);
        this.random = new Random(seed);
        for (int n = 0; n < SERVICES; n++) {
            services.put(service(n), new TreeMap<>());
            for (int host = 0; host < OF_A_SERVICE; host++) {
                arrive(service(n));
            }
        }
    }

    static String service(int n) {
        return "soak-" + n;
    }

    static String anyService(Random random) {
        return service(random.nextInt(SERVICES));
    }

    static List<String> services() {
        return IntStream.range(0, SERVICES).mapToObj(Hosts::service).toList();
    }

    /** Counts the live hosts. */
    static int size() {
        return SERVICES * OF_A_SERVICE;
    }

    /** Returns the hosts that must be listed, by service and address, once the leases of all others have ended. */
    Map<String, Map<String, Host>> living() {
        return services;
    }

    /** Lets one host report, and now and then changes another. */
    void step() {
        heartbeat();
        steps++;
        if (steps % WEIGHT == 0) {
            weigh(any());
        }
        if (steps % REMOVAL == 0) {
            remove(any());
        }
        if (steps % DEATH == 0) {
            replace(any());
        }
        if (steps % DEPLOY == 0) {
            outdated.addAll(List.copyOf(living(anyService(random)).values()));
        }
        if (steps % STEPS_OF_A_DEPLOY == 0 && !outdated.isEmpty()) {
            replace(outdated.remove());
        }
    }

    /** Lets the next live host report. */
    void heartbeat() {
        Host host = round.remove();
        while (!lives(host)) {
            host = round.remove();
        }
        Host now = current(host);
        // Before it reports: it comes again whatever happens.
        round.add(now);
        register(now);
    }

    private void arrive(String service) {
        int n = ++addresses;
        String address = "127.%d.%d.%d".formatted(1 + (n >> 16), n >> 8 & 0xff, n & 0xff);
        Host host = new Host(service, address, "%040x".formatted(steps), null);
        register(host);
        living(service).put(address, host);
        round.add(host);
    }

    /** Replaces a host that falls silent by a new one, unless it has gone before. */
    private void replace(Host host) {
        if (lives(host)) {
            living(host.service).remove(host.address);
            arrive(host.service);
        }
    }

    private void remove(Host host) {
        // 400: an attempt that was answered with 503 had worked.
        ask(client -> client.delete("/v1/registration/" + host.service + "/" + host.address), 200, 400);
        replace(host);
    }

    private void weigh(Host host) {
        String weight = Integer.toString(1 + random.nextInt(HEAVIEST));
        String path = "/v1/loadbalancing/" + host.service + "/" + host.address;
        ask(client -> client.post(path, Map.of("load_balancing_weight", weight)), 204);
        living(host.service).put(host.address, new Host(host.service, host.address, host.revision, weight));
    }

    private void register(Host host) {
        Map<String, String> form =
                TestClient.registration(Map.of("ip", host.address, "port", "9000", "revision", host.revision));
        ask(client -> client.post("/v1/registration/" + host.service, form), 200);
    }

    private Host any() {
        List<Host> hosts = new ArrayList<>(living(anyService(random)).values());
        return hosts.get(random.nextInt(hosts.size()));
    }

    private boolean lives(Host host) {
        return living(host.service).containsKey(host.address);
    }

    /** Returns the host with its present weight. */
    private Host current(Host host) {
        return living(host.service).getOrDefault(host.address, host);
    }

    private Map<String, Host> living(String service) {
        return services.getOrDefault(service, Map.of());
    }

    private interface Request {
        HttpResponse<String> send(TestClient client);
    }

    /** Sends a request to any member, and to another while members are too busy. */
    private void ask(Request request, int... done) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            HttpResponse<String> answer = request.send(members.get(random.nextInt(members.size())));
            for (int status : done) {
                if (answer.statusCode() == status) {
                    return;
                }
            }
            if (answer.statusCode() != 503 || System.nanoTime() - end > 0) {
                throw new AssertionError("a write was answered with " + answer.statusCode() + ": " + answer.body());
            }
            LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
        }
    }
}
