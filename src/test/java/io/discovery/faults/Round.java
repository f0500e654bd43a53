package io.discovery.faults;

import io.discovery.history.Checker;
import io.discovery.history.History;
import io.discovery.history.History.Calm;
import io.discovery.history.Operation;
import io.discovery.history.Promise;
import io.discovery.history.Rules;
import io.discovery.history.Violation;
import io.discovery.testing.BadRequests;
import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import io.discovery.testing.LoadBalancer;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestClient;
import io.discovery.watchers.Watchers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A round: a fresh cluster, clients and watchers at work, faults one after the other, healing, and the judgement.
 */
final class Round {

    /** The longest from a change that a member shows until its watchers have it. */
    private static final Duration NEWS = Duration.ofSeconds(1);
    /** The longest waits, on two processors that six programs share: a write has the deadline, and time to report it. */
    private static final Duration READ = Duration.ofSeconds(2);

    private static final Duration WRITE = Duration.ofSeconds(3);
    private static final Duration EDGE = Duration.ofMillis(500);
    private static final Duration CLOCKS = Duration.ofMillis(20);
    private static final Duration FAULTY_CLOCKS = Duration.ofMillis(150);
    private static final Duration GRACE = Duration.ofSeconds(2);
    /**
     * The longest time, beside WRITE_BEHIND_HEARTBEAT_SECONDS, by which a heartbeat reaches the table late. Members list
     * a host that they know from the table alone for that much longer.
     */
    private static final Duration LATE_ROW = Duration.ofSeconds(11);

    private static final int HEARTBEATS_IN_LEASE = 4;

    /** The longest time from healing until all members show the same. */
    private static final Duration CONVERGENCE = Duration.ofSeconds(10);
    /** The longest time until five show the same, which may merge one after the other, on two processors. */
    private static final Duration CONVERGENCE_OF_MANY = Duration.ofSeconds(20);

    /** The time without faults before the first, and whenever members have settled. */
    private static final Duration CALM = Duration.ofMillis(1_500);

    private static final Duration IN_STEP = Duration.ofSeconds(15);
    private static final int BAD_REQUESTS_A_SECOND = 40;
    /** The room on the disk of a member: for the file and its log, with nothing to spare once it is filled. */
    private static final String DISK = "size=24m";

    private final Plan plan;
    private final Rules rules;
    private final History history = new History();
    private final Fleet fleet;
    private final Path dir;
    private final List<Violation> violations = new ArrayList<>();

    private Round(Plan plan, Path dir, int patience) {
        this.plan = plan;
        this.dir = dir;
        this.fleet = new Fleet(plan.size().services(), plan.size().hostsPerService());
        this.rules = new Rules(
                READ.multipliedBy(patience),
                WRITE.multipliedBy(patience),
                EDGE.multipliedBy(patience),
                plan.hasClockFault() ? FAULTY_CLOCKS : CLOCKS,
                NEWS.multipliedBy(patience),
                plan.lease(),
                grace(plan),
                convergence(plan).multipliedBy(patience),
                plan.surroundings().isProtected());
    }

    private static Duration grace(Plan plan) {
        boolean mayKnowTheTableAlone =
                plan.backend() == Backend.TABLE && plan.steps().stream().anyMatch(Step::mayLeaveTheTableAlone);
        return mayKnowTheTableAlone ? GRACE.plus(LATE_ROW).plus(plan.lease().dividedBy(HEARTBEATS_IN_LEASE)) : GRACE;
    }

    /**
     * Runs a plan.
     *
     * @param dir an empty folder; the history stays there if a promise was broken
     * @param patience the factor of the times that are allowed, for a machine that other programs use as well
     */
    static RoundResult run(Plan plan, Path dir, int patience) {
        Round round = new Round(plan, dir, patience);
        int hosts = plan.members() + (plan.has(Fault.JOIN) ? 1 : 0);
        round.mountDisks(hosts);
        try (Network network = Network.of(hosts);
                Table table = plan.backend() == Backend.TABLE ? new Table(network.servicesAddress()) : null;
                FaultyCluster cluster = FaultyCluster.start(
                        plan.members(),
                        network,
                        round.history,
                        dir,
                        round.environment(table),
                        plan.machines(),
                        plan.program())) {
            return round.run(network, cluster, table == null ? null : table.way);
        } finally {
            round.unmountDisks(hosts);
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
        environment.put("HOST_TTL", Long.toString(plan.lease().toSeconds()));
        environment.put("EXPIRY_PROTECTION", plan.surroundings().isProtected() ? "on" : "off");
        if (plan.surroundings().isEncrypted()) {
            environment.putAll(new TestAuthority(dir, "authority")
                    .issue("member", TestAuthority.Form.member())
                    .memberSettings());
        }
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

    private void mountDisks(int hosts) {
        for (int n = 0; n < hosts; n++) {
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

    private void unmountDisks(int hosts) {
        for (int n = 0; n < hosts && plan.has(Fault.FULL_DISK); n++) {
            Commands.works("umount", dir.resolve(Integer.toString(n)).toString());
        }
    }

    private RoundResult run(Network network, FaultyCluster cluster, @Nullable DynamoDbProxy table) {
        try (LoadBalancer balancer =
                plan.surroundings().isBalanced() ? LoadBalancer.haproxy(addresses(cluster)) : null) {
            Workload workload = workload(cluster, balancer == null ? null : new TestClient(balancer.port()));
            Nemesis nemesis = new Nemesis(cluster, network, workload, history, table);
            Settlement settlement = new Settlement(cluster, fleet, history, plan.hasShortLeases(), rules.catchingUp());
            workload.preload();
            int watchers = run(cluster, nemesis, workload, settlement);
            return judge(settlement.longest(), watchers);
        }
    }

    private static Duration convergence(Plan plan) {
        return plan.members() <= Plan.BALANCED_MEMBERS ? CONVERGENCE : CONVERGENCE_OF_MANY;
    }

    /** Returns the number of watchers. */
    private int run(FaultyCluster cluster, Nemesis nemesis, Workload workload, Settlement settlement) {
        try (Watchers watchers = Watchers.start(cluster, history, fleet.followed(), rules.news(), plan.seed())) {
            settle(settlement, watchers);
            MemberMemory memory = MemberMemory.of(cluster);
            List<BadRequests> abuse = plan.surroundings().isAbused() ? abuse(cluster) : List.of();
            try {
                workload.start();
                inject(nemesis, workload, settlement, watchers);
            } finally {
                abuse.forEach(BadRequests::close);
                workload.stop();
            }
            settle(settlement, watchers);
            memory.compare(cluster, violations);
            readAll(cluster);
            // Until the news of what these reads show must have come.
            Pause.of(rules.news().plusMillis(200));
            failOf(watchers);
            return watchers.count();
        }
    }

    private Workload workload(FaultyCluster cluster, @Nullable TestClient balancer) {
        Workload.Choice choice = new Workload.Choice(cluster::present, balancer != null, plan.lease());
        return new Workload(
                plan.size(),
                fleet,
                history,
                n -> n == Operation.ANY ? Objects.requireNonNull(balancer) : cluster.client(n),
                choice,
                plan.seed());
    }

    private static List<String> addresses(FaultyCluster cluster) {
        return cluster.present().stream()
                .map(n -> cluster.address(n) + ":" + cluster.port())
                .toList();
    }

    private static List<BadRequests> abuse(FaultyCluster cluster) {
        return cluster.present().stream()
                .map(n -> BadRequests.send(cluster.address(n), cluster.port(), BAD_REQUESTS_A_SECOND))
                .toList();
    }

    private void inject(Nemesis nemesis, Workload workload, Settlement settlement, Watchers watchers) {
        stayCalm();
        for (int n = 0; n < plan.steps().size(); n++) {
            Step step = plan.steps().get(n);
            nemesis.run(step, plan.seed() * 31 + n);
            if (step.settles()) {
                workload.readOnly(true);
                settle(settlement, watchers);
                workload.readOnly(false);
                stayCalm();
            }
        }
    }

    /** Lets the clients work for a while without a fault: what members do then, they have no excuse for. */
    private void stayCalm() {
        long begin = System.nanoTime();
        Pause.of(CALM);
        history.add(new Calm(begin, System.nanoTime()));
    }

    /**
     * Waits until all members show the same, which they do in time, and until all watchers are in step with one. Members
     * then know of all earlier changes.
     */
    private void settle(Settlement settlement, Watchers watchers) {
        settlement.await().ifPresent(violations::add);
        long end = System.nanoTime() + IN_STEP.toNanos();
        while (!watchers.areInStep() && System.nanoTime() < end) {
            Pause.of(Duration.ofMillis(20));
        }
        if (!watchers.areInStep()) {
            violations.add(new Violation(
                    Promise.WATCHERS_MISS_NOTHING,
                    "a watcher is in step with no member " + IN_STEP.toSeconds() + " s after members were equal: "
                            + watchers.outOfStep()));
        }
    }

    private void readAll(FaultyCluster cluster) {
        Client last = new Client(plan.size().clients(), history, cluster::client);
        cluster.present().forEach(member -> fleet.named().forEach(service -> last.read(member, service)));
    }

    private void failOf(Watchers watchers) {
        Throwable failure = watchers.failure();
        if (failure != null) {
            violations.add(new Violation(Promise.NOTHING_IS_MADE_UP, String.valueOf(failure)));
        }
    }

    private RoundResult judge(Duration equalAfter, int watchers) {
        violations.addAll(Checker.check(history, rules));
        RoundResult result = RoundResult.of(plan, history, rules, equalAfter, watchers, violations);
        if (!violations.isEmpty()) {
            keep();
        }
        return result;
    }

    private void keep() {
        history.write(dir.resolve("history.txt"));
        List<String> lines = new ArrayList<>(List.of(plan.toString()));
        violations.forEach(violation -> lines.add(violation.promise() + ": " + violation.what()));
        try {
            Files.write(dir.resolve("violations.txt"), lines);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
