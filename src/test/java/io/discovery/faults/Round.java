package io.discovery.faults;

import io.discovery.faults.Checker.Limits;
import io.discovery.faults.Checker.Promise;
import io.discovery.faults.Checker.Violation;
import io.discovery.faults.History.Knowledge;
import io.discovery.faults.Operation.Kind;
import io.discovery.faults.Operation.Outcome;
import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import io.discovery.testing.FakeClock;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A run: a fresh cluster of three, clients at work, faults one after the other, healing, and the judgement. A plan
 * repeats a run, but for the timing of machine and network.
 */
final class Round {

    /**
     * @param seed decides what the clients do, and whatever else is left to chance
     * @param settles after which of the faults (counted from 0) the clients only read until all members show the same
     */
    record Plan(long seed, Backend backend, List<Injection> faults, Set<Integer> settles, Workload.Size size) {

        Plan {
            faults = List.copyOf(faults);
            settles = Set.copyOf(settles);
        }

        /** Draws two or three faults that suit a backend. */
        static Plan of(long seed, Workload.Size size) {
            Random random = new Random(seed);
            List<Backend> backends = List.of(Backend.values());
            Backend backend = backends.get(random.nextInt(backends.size()));
            List<Fault> possible = backend.faults();
            List<Injection> faults = new ArrayList<>();
            Set<Integer> settles = new HashSet<>();
            int count = 2 + random.nextInt(2);
            for (int i = 0; i < count; i++) {
                faults.add(Injection.of(possible.get(random.nextInt(possible.size())), MEMBERS, random));
                if (random.nextBoolean()) {
                    settles.add(i);
                }
            }
            for (int i = 1; i < count; i++) {
                // A change that one member alone acknowledged, in its half of a split, need not outlive it.
                if (faults.get(i).fault().losesMemory()
                        && faults.get(i - 1).fault().maySplit()) {
                    settles.add(i - 1);
                }
            }
            return new Plan(seed, backend, faults, settles, size);
        }

        boolean has(Fault fault) {
            return faults.stream().anyMatch(injection -> injection.fault() == fault);
        }
    }

    enum Backend {
        MEMORY,
        FILE,
        TABLE;

        List<Fault> faults() {
            List<Fault> possible = new ArrayList<>(List.of(Fault.values()));
            if (this != FILE) {
                possible.remove(Fault.FULL_DISK);
            }
            if (this != TABLE) {
                possible.remove(Fault.BACKEND_OUTAGE);
            }
            if (this == MEMORY) {
                possible.remove(Fault.KILL_ALL);
            }
            if (!FakeClock.isThere()) {
                possible.remove(Fault.CLOCK);
            }
            return possible;
        }
    }

    /**
     * The result of a run.
     *
     * @param equalAfter the longest it took, from the end of a fault, until all members showed the same
     * @param slowestReadMillis of members that were there, as is the write's
     */
    record Result(
            Plan plan,
            int operations,
            int unknown,
            Duration equalAfter,
            long slowestReadMillis,
            long slowestWriteMillis,
            List<Violation> violations) {

        @Override
        public String toString() {
            return "seed " + plan.seed() + " " + plan.backend() + " " + plan.faults() + ": " + operations
                    + " operations, " + unknown + " unknown, equal after " + equalAfter.toMillis()
                    + " ms, slowest read " + slowestReadMillis + " ms, slowest write " + slowestWriteMillis + " ms, "
                    + violations.size() + " violations";
        }
    }

    static final int MEMBERS = 3;
    /** The longest time from healing until all members show the same. */
    private static final Duration CONVERGENCE = Duration.ofSeconds(10);

    private static final int READERS = 6;

    private static final Duration GIVE_UP = Duration.ofSeconds(60);
    /** The room on the disk of a member: for the file and its log, with nothing to spare once it is filled. */
    private static final String DISK = "size=24m";

    private final Plan plan;
    private final Limits limits;
    private final History history = new History();
    private final Path dir;
    private final List<Violation> differences = new ArrayList<>();

    private Round(Plan plan, Limits limits, Path dir) {
        this.plan = plan;
        this.limits = limits;
        this.dir = dir;
    }

    /** @param dir an empty folder; the history stays there if a promise was broken */
    static Result run(Plan plan, Limits limits, Path dir) {
        Round round = new Round(plan, limits, dir);
        round.mountDisks();
        try (Network network = Network.of(MEMBERS);
                Table table = plan.backend() == Backend.TABLE ? new Table(network.servicesAddress()) : null;
                FaultyCluster cluster = FaultyCluster.start(
                        network, round.history, dir, round.environment(table), plan.has(Fault.CLOCK))) {
            return round.run(network, cluster, table == null ? null : table.way);
        } finally {
            round.unmountDisks();
        }
    }

    /** The table of this round and the proxy before it. */
    private static final class Table implements AutoCloseable {
        private final DynamoDbProxy way;
        private final String name = DynamoDbLocal.newTableName();

        Table(String address) {
            way = DynamoDbProxy.before(DynamoDbLocal.server().port(), address);
        }

        @Override
        public void close() {
            way.close();
        }
    }

    private Map<String, String> environment(@Nullable Table table) {
        Map<String, String> environment = new HashMap<>(Map.of("LOG_LEVEL", "INFO", "JOIN_WAIT_SECONDS", "15"));
        switch (plan.backend()) {
            case MEMORY -> environment.put("BACKEND_STORAGE", "InMemory");
            case FILE -> environment.put("BACKEND_STORAGE", "InFile");
            case TABLE -> {
                environment.putAll(DynamoDbLocal.environment(Objects.requireNonNull(table).name, table.way.endpoint()));
                environment.put("DYNAMODB_CREATE_TABLES_IN_APP", "true");
            }
        }
        return environment;
    }

    private void mountDisks() {
        for (int n = 0; n < MEMBERS; n++) {
            Path folder = dir.resolve(Integer.toString(n));
            try {
                Files.createDirectories(folder);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            if (plan.has(Fault.FULL_DISK)) {
                Commands.run("mount", "-t", "tmpfs", "-o", DISK, "tmpfs", folder.toString());
            }
        }
    }

    private void unmountDisks() {
        for (int n = 0; n < MEMBERS && plan.has(Fault.FULL_DISK); n++) {
            Commands.works("umount", dir.resolve(Integer.toString(n)).toString());
        }
    }

    private Result run(Network network, FaultyCluster cluster, @Nullable DynamoDbProxy table) {
        Workload workload = new Workload(plan.size(), MEMBERS, history, cluster::client, plan.seed());
        workload.preload();
        settle(cluster);
        Nemesis nemesis = new Nemesis(cluster, network, workload, history, new Random(plan.seed()), table);
        Duration equalAfter = Duration.ZERO;
        try {
            workload.start();
            for (int i = 0; i < plan.faults().size(); i++) {
                nemesis.run(plan.faults().get(i));
                if (plan.settles().contains(i)) {
                    workload.readOnly(true);
                    equalAfter = longer(equalAfter, settle(cluster));
                    workload.readOnly(false);
                }
            }
        } finally {
            workload.stop();
        }
        equalAfter = longer(equalAfter, settle(cluster));
        Client last = new Client(plan.size().clients(), history, cluster::client);
        for (int n = 0; n < MEMBERS; n++) {
            int member = n;
            services().forEach(service -> last.read(member, service));
        }
        return judge(equalAfter);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private List<String> services() {
        return IntStream.range(0, plan.size().services())
                .mapToObj(Workload::service)
                .toList();
    }

    /** Waits until all members show the same and returns how long that took. They then know of all earlier changes. */
    private Duration settle(FaultyCluster cluster) {
        long quiet = System.nanoTime();
        boolean equal = awaitEqual(cluster, services());
        long settled = System.nanoTime();
        Duration took = Duration.ofNanos(settled - quiet);
        history.event((equal ? "equal" : "not equal") + " after " + took.toMillis() + " ms");
        if (!equal || took.compareTo(CONVERGENCE) > 0) {
            differences.add(new Violation(
                    Promise.MEMBERS_ARE_EQUAL_AFTER_HEALING,
                    history.millis(settled) + " " + (equal ? "equal" : "not equal") + " after " + took.toMillis()
                            + " ms"));
        }
        for (int n = 0; n < MEMBERS; n++) {
            history.add(new Knowledge(n, settled, quiet));
        }
        return took;
    }

    /** Returns true if all members show the same of every service at once, byte for byte, before the deadline. */
    private static boolean awaitEqual(FaultyCluster cluster, List<String> services) {
        long end = System.nanoTime() + GIVE_UP.toNanos();
        List<String> different = services;
        while (!different.isEmpty() && System.nanoTime() < end) {
            different = different(cluster, different);
            if (different.isEmpty()) {
                // Once more all together: what was equal early may have changed since.
                different = different(cluster, services);
            }
        }
        return different.isEmpty();
    }

    /** Reads several services at a time: one after the other would take longer than the state to find. */
    private static List<String> different(FaultyCluster cluster, List<String> services) {
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        try {
            Map<String, CompletableFuture<Boolean>> equal = new LinkedHashMap<>();
            services.forEach(service ->
                    equal.put(service, CompletableFuture.supplyAsync(() -> isEqual(cluster, service), readers)));
            return services.stream()
                    .filter(service ->
                            !Objects.requireNonNull(equal.get(service)).join())
                    .toList();
        } finally {
            readers.shutdownNow();
        }
    }

    private static boolean isEqual(FaultyCluster cluster, String service) {
        List<String> bodies = IntStream.range(0, MEMBERS)
                .mapToObj(n -> body(cluster.client(n), service))
                .distinct()
                .toList();
        return bodies.size() == 1 && !bodies.get(0).isEmpty();
    }

    private static String body(TestClient client, String service) {
        try {
            var answer = client.get("/v1/registration/" + service);
            return answer.statusCode() == 200 ? answer.headers().firstValue("ETag") + answer.body() : "";
        } catch (UncheckedIOException broken) {
            return "";
        }
    }

    private Result judge(Duration equalAfter) {
        List<Violation> violations = new ArrayList<>(differences);
        violations.addAll(Checker.check(history, limits));
        List<Operation> operations = history.operations();
        Result result = new Result(
                plan,
                operations.size(),
                (int) operations.stream()
                        .filter(operation -> operation.outcome() == Outcome.INFO)
                        .count(),
                equalAfter,
                slowest(operations, true),
                slowest(operations, false),
                violations);
        if (!violations.isEmpty()) {
            keep(violations);
        }
        return result;
    }

    private long slowest(List<Operation> operations, boolean reads) {
        return TimeUnit.NANOSECONDS.toMillis(operations.stream()
                .filter(operation -> (operation.kind() == Kind.READ) == reads)
                .filter(operation -> !Checker.isAway(history.away(), limits.edge(), operation))
                .mapToLong(Operation::nanos)
                .max()
                .orElse(0));
    }

    private void keep(List<Violation> violations) {
        history.write(dir.resolve("history.txt"));
        try {
            Files.write(
                    dir.resolve("violations.txt"),
                    violations.stream()
                            .map(violation -> violation.promise() + ": " + violation.what())
                            .toList());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
