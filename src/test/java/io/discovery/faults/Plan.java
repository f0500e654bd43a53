package io.discovery.faults;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.Tools;
import io.discovery.testing.VersionBefore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A plan of a round. It repeats the round, but for the timing of machine and network.
 *
 * @param seed decides what the clients do, and whatever else is left to chance
 * @param members the members at the start
 * @param lease HOST_TTL
 */
record Plan(
        long seed,
        int members,
        Backend backend,
        Duration lease,
        Surroundings surroundings,
        Workload.Size size,
        List<Step> steps) {

    /**
     * The settings and programs beside members, clients and faults.
     *
     * @param isProtected whether EXPIRY_PROTECTION is on
     * @param isBalanced whether a part of the clients goes through a load balancer
     * @param isAbused whether hostile clients are at work as well
     * @param isEncrypted whether members have TLS between them
     */
    record Surroundings(boolean isProtected, boolean isBalanced, boolean isAbused, boolean isEncrypted) {
        static final Surroundings PLAIN = new Surroundings(false, false, false, false);
    }

    /** The members that the shipped file of the load balancer has. */
    static final int BALANCED_MEMBERS = 3;

    private static final int FEWEST_MEMBERS = 2;
    /** The members of a cluster whose halves have two members at least. */
    static final int MEMBERS_OF_HALVES = 5;

    private static final Duration LONG_LEASE = Duration.ofMinutes(10);
    private static final Workload.Size SIZE = new Workload.Size(40, 8, 8);

    Plan {
        steps = List.copyOf(steps);
    }

    /** Draws a plan: one to three steps, every fourth of two faults at once. */
    static Plan draw(long seed) {
        Random random = new Random(seed);
        Backend backend = List.of(Backend.values()).get(random.nextInt(Backend.values().length));
        int dice = random.nextInt(10);
        int members = dice < 7 ? 3 : dice < 9 ? FEWEST_MEMBERS : 5;
        boolean isShort = random.nextInt(3) > 0;
        Duration lease = isShort ? Duration.ofSeconds(10 + random.nextInt(7)) : LONG_LEASE;
        boolean isProtected = random.nextInt(3) == 0;
        boolean isBalanced = members == BALANCED_MEMBERS
                && random.nextBoolean()
                && Tools.find("haproxy").isPresent();
        boolean isAbused = random.nextInt(10) == 0;
        List<Step> steps = steps(backend, members, random);
        // Last, so that the plans of earlier runs differ in nothing else.
        boolean isEncrypted = random.nextInt(3) == 0;
        Surroundings surroundings = new Surroundings(isProtected, isBalanced, isAbused, isEncrypted);
        return new Plan(seed, members, backend, lease, surroundings, SIZE, steps);
    }

    private static List<Step> steps(Backend backend, int members, Random random) {
        List<Fault> possible = backend.faults();
        if (members == FEWEST_MEMBERS) {
            possible.remove(Fault.LEAVE);
        }
        if (members < MEMBERS_OF_HALVES) {
            possible.remove(Fault.HALVES);
        }
        List<Step> steps = new ArrayList<>();
        int count = 1 + random.nextInt(2);
        for (int n = 0; n < count; n++) {
            Injection first = Injection.of(possible.get(random.nextInt(possible.size())), members, random);
            List<Fault> companions = possible.stream()
                    .filter(fault -> fault.goesWith(first.fault()))
                    .toList();
            List<Injection> faults = new ArrayList<>(List.of(first));
            if (random.nextInt(4) == 0 && !companions.isEmpty()) {
                faults.add(Injection.of(companions.get(random.nextInt(companions.size())), members, random));
            }
            steps.add(new Step(faults, random.nextBoolean()));
            if (first.fault() == Fault.LEAVE || first.fault() == Fault.JOIN) {
                // A member comes or goes for good once in a round.
                possible.removeAll(List.of(Fault.LEAVE, Fault.JOIN));
            }
        }
        return settleBeforeLosses(steps);
    }

    /** A change that one member alone acknowledged, in its half of a split, need not outlive it. */
    private static List<Step> settleBeforeLosses(List<Step> steps) {
        List<Step> settled = new ArrayList<>(steps);
        for (int n = 1; n < steps.size(); n++) {
            if (steps.get(n).losesMemory() && steps.get(n - 1).maySplit()) {
                settled.set(n - 1, steps.get(n - 1).settling());
            }
        }
        return settled;
    }

    /**
     * Draws a plan in which three members get this version of the program one after the other, in any order, under load.
     * Members of either version die meanwhile, and one may go back to the version before.
     */
    static Plan drawUpgrade(long seed) {
        Random random = new Random(seed);
        Backend backend = List.of(Backend.values()).get(random.nextInt(Backend.values().length));
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
        Collections.shuffle(order, random);
        List<Step> steps = new ArrayList<>();
        int back = random.nextInt(order.size());
        for (int n = 0; n < order.size(); n++) {
            int member = order.get(n);
            steps.add(version(Fault.UPGRADE, member, random));
            if (n < order.size() - 1 && random.nextInt(3) > 0) {
                steps.add(Step.of(Injection.of(Fault.KILL, order.size(), random)));
            }
            if (n == back && n < order.size() - 1) {
                steps.add(version(Fault.DOWNGRADE, member, random));
                steps.add(version(Fault.UPGRADE, member, random));
            }
        }
        boolean isBalanced = random.nextBoolean() && Tools.find("haproxy").isPresent();
        Duration lease = random.nextBoolean() ? LONG_LEASE : Duration.ofSeconds(12);
        Surroundings surroundings = new Surroundings(random.nextInt(3) == 0, isBalanced, false, random.nextInt(3) == 0);
        return new Plan(seed, order.size(), backend, lease, surroundings, SIZE, steps);
    }

    private static Step version(Fault fault, int member, Random random) {
        Injection injection = new Injection(fault, member, (member + 1) % BALANCED_MEMBERS, Duration.ZERO);
        return new Step(List.of(injection), random.nextBoolean());
    }

    /** Returns a plan of one step, with members that keep registrations in memory alone. */
    static Plan of(long seed, Backend backend, Step... steps) {
        return new Plan(seed, 3, backend, LONG_LEASE, Surroundings.PLAIN, SIZE, List.of(steps));
    }

    boolean has(Fault fault) {
        return hasAny(each -> each == fault);
    }

    boolean hasClockFault() {
        return hasAny(Fault::isOfClock);
    }

    private boolean hasAny(Predicate<Fault> kind) {
        return faults().anyMatch(kind);
    }

    private Stream<Fault> faults() {
        return steps.stream().flatMap(step -> step.faults().stream()).map(Injection::fault);
    }

    /** Returns the parts of machines that the faults need. */
    Machines.Wanted machines() {
        return new Machines.Wanted(hasClockFault(), hasAny(Fault::needsFaultyDisk));
    }

    /** Returns the program with which members start: that of the version before, if the first change of it is an upgrade. */
    Path program() {
        return faults().filter(Fault::needsVersionBefore).findFirst().equals(Optional.of(Fault.UPGRADE))
                ? VersionBefore.jar()
                : MemberProcess.JAR;
    }

    boolean hasShortLeases() {
        return lease.compareTo(LONG_LEASE) < 0;
    }

    Plan withMembers(int count) {
        return new Plan(seed, count, backend, lease, surroundings, size, steps);
    }

    Plan withSteps(List<Step> fewer) {
        return new Plan(seed, members, backend, lease, surroundings, size, fewer);
    }

    Plan withLease(Duration other) {
        return new Plan(seed, members, backend, other, surroundings, size, steps);
    }

    Plan withSize(Workload.Size smaller) {
        return new Plan(seed, members, backend, lease, surroundings, smaller, steps);
    }

    /** Returns the same plan with TLS between the members. */
    Plan encrypted() {
        Surroundings encrypted =
                new Surroundings(surroundings.isProtected(), surroundings.isBalanced(), surroundings.isAbused(), true);
        return new Plan(seed, members, backend, lease, encrypted, size, steps);
    }

    /**
     * Returns the same plan with one member, which the seed decides, of the version before, from the first step on; a plan
     * of upgrades as it is.
     */
    Plan withOlderMember() {
        if (hasAny(Fault::needsVersionBefore)) {
            return this;
        }
        int older = Math.floorMod(seed, members);
        List<Step> all = new ArrayList<>(steps);
        all.add(
                0,
                Step.of(new Injection(Fault.DOWNGRADE, older, (older + 1) % members, Duration.ZERO))
                        .settling());
        return withSteps(all);
    }

    /** Returns the same plan without what is beside members, clients and faults. */
    Plan plain() {
        return new Plan(seed, members, backend, lease, Surroundings.PLAIN, size, steps);
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException if it is no plan
     */
    static Plan parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : text.split(",")) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("plan: given '" + field + "', expected NAME=VALUE in " + text);
            }
            fields.put(field.substring(0, equals), field.substring(equals + 1));
        }
        String steps = fields.getOrDefault("steps", "");
        Plan plan = new Plan(
                number(fields, "seed"),
                (int) number(fields, "members"),
                Backend.valueOf(fields.getOrDefault("backend", "MEMORY")),
                Duration.ofSeconds(number(fields, "lease")),
                new Surroundings(
                        isOn(fields, "protection"),
                        isOn(fields, "balancer"),
                        isOn(fields, "abuse"),
                        isOn(fields, "tls")),
                new Workload.Size((int) number(fields, "services"), (int) number(fields, "hosts"), (int)
                        number(fields, "clients")),
                steps.isEmpty()
                        ? List.of()
                        : Arrays.stream(steps.split("/")).map(Step::parse).toList());
        if (!plan.size().isWorkable()) {
            throw new IllegalArgumentException(
                    "plan: given " + plan.size() + ", expected an address for each host, and for"
                            + " each client one that does not fall silent for ever; try a client more or less");
        }
        return plan;
    }

    private static long number(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("plan: no " + name + " in " + fields);
        }
        return Long.parseLong(value);
    }

    private static boolean isOn(Map<String, String> fields, String name) {
        return "on".equals(fields.get(name));
    }

    @Override
    public String toString() {
        return "seed=" + seed + ",members=" + members + ",backend=" + backend + ",lease=" + lease.toSeconds()
                + ",protection=" + onOff(surroundings.isProtected()) + ",balancer=" + onOff(surroundings.isBalanced())
                + ",abuse=" + onOff(surroundings.isAbused()) + ",tls=" + onOff(surroundings.isEncrypted())
                + ",services=" + size.services() + ",hosts=" + size.hostsPerService() + ",clients=" + size.clients()
                + ",steps=" + steps.stream().map(Step::toString).collect(Collectors.joining("/"));
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }
}
