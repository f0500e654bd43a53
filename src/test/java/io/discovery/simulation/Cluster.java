package io.discovery.simulation;

import static io.discovery.simulation.Timeline.SECOND;

import io.discovery.model.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The members, clients and watchers of a history, and what steps do to them. */
final class Cluster {

    /** Deaths within this time count as one: the others may not have taken each other's place yet. */
    private static final long TOGETHER = 15 * SECOND;

    private final World world;
    private final List<Machine> machines = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final Map<Integer, Client> clients = new TreeMap<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private long lastDeath = Long.MIN_VALUE / 2;
    /** The last time at which a member was alone with what it took. */
    private long lastAlone = Long.MIN_VALUE / 2;

    private boolean isQuiet;

    Cluster(World world, List<History.MachineClock> clocks) {
        this.world = world;
        for (History.MachineClock clock : clocks) {
            Machine machine = new Machine(
                    machines.size(),
                    world.timeline(),
                    clock.offsetMillis() * Timeline.MILLISECOND,
                    clock.driftPartsPerMillion());
            machines.add(machine);
            members.add(new Member(world, machine, 1));
        }
        world.hazelcast().begin();
    }

    void tell(String event) {
        world.story().tell(event);
    }

    Network network() {
        return world.network();
    }

    Machine machine(int number) {
        return machines.get(number);
    }

    /** Returns the last member on a machine, dead or alive. */
    Member member(int number) {
        return members.get(number);
    }

    List<Member> alive() {
        return members.stream().filter(Member::isAlive).toList();
    }

    /** Returns the member to which a client turns after one that did not take its report. */
    int after(int number) {
        return (number + 1) % members.size();
    }

    Client client(int number) {
        return clients.computeIfAbsent(number, first -> new Client(number, this, world));
    }

    void watch(int member, ServiceName service) {
        tell("a client watches " + service.text() + " at " + Machine.name(member));
        watchers.add(new Watcher(member(member), service, world));
    }

    void kill(int set) {
        List<Member> dead = members.stream()
                .filter(member -> (set >> member.number() & 1) == 1 && member.isAlive())
                .toList();
        if (dead.isEmpty()) {
            return;
        }
        noteAlone();
        long now = world.timeline().now();
        boolean isExcused = dead.size() > 1 || now - lastDeath < TOGETHER || now - lastAlone < TOGETHER;
        lastDeath = now;
        dead.forEach(Member::die);
        tell(Action.names(dead.stream().mapToInt(member -> 1 << member.number()).sum()) + " die"
                + (dead.size() == 1 ? "s" : " at once"));
        world.promises().died(dead, alive(), isExcused);
    }

    /** Notes whether a member is alone in its half, or on its way back: nothing is promised for what it alone has. */
    private void noteAlone() {
        boolean isAlone = alive().stream().anyMatch(member -> member.group().size() == 1);
        if (isAlone && machines.size() > 1) {
            lastAlone = world.timeline().now();
        }
    }

    void start(int number) {
        Member before = member(number);
        if (!before.isAlive()) {
            tell(Machine.name(number) + " starts, with empty memory");
            members.set(number, new Member(world, machine(number), before.life() + 1));
        }
    }

    void wakeAll() {
        members.forEach(member -> member.standstill().end());
    }

    /** Returns whether hosts report no more. */
    boolean isQuiet() {
        return isQuiet;
    }

    void beQuiet() {
        isQuiet = true;
    }

    /** Judges what members answer now. */
    void observe() {
        noteAlone();
        alive().stream()
                .filter(Member::isRunning)
                .forEach(member -> world.promises().observe(member, Client.SERVICES));
        watchers.forEach(Watcher::observe);
    }

    boolean areOpen() {
        return alive().stream().allMatch(member -> member.parts().readiness.whyNoReads() == null);
    }
}
